#include <cctype>
#include <string>
#include <vector>

#include "lib/cli/generate.h"

namespace leasehold::cli {
namespace {

// Roff reads a backslash as the start of an escape, a hyphen as one that may break a line, and a
// dot or an apostrophe at the start of a line as a request.
std::string roff(const std::string& text) {
  std::string escaped;
  bool begins_line = true;
  for (const char byte : text) {
    if (begins_line && (byte == '.' || byte == '\'')) escaped += "\\&";
    begins_line = byte == '\n';
    if (byte == '\\') {
      escaped += "\\e";
    } else if (byte == '-') {
      escaped += "\\-";
    } else {
      escaped.push_back(byte);
    }
  }
  return escaped;
}

std::string upper(std::string text) {
  for (char& byte : text) byte = static_cast<char>(std::toupper(static_cast<unsigned char>(byte)));
  return text;
}

// "-k, --key KEY"
std::string heading(const CLI::Option& option) {
  std::string names;
  for (const char byte : option.get_name(option.get_positional(), true)) {
    names += byte == ',' ? std::string(", ") : std::string(1, byte);
  }
  const std::string value = option.get_type_name();
  const bool takes_value = !option.get_positional() && option.get_items_expected_max() > 0;
  return roff(names) + (takes_value ? " \\fI" + roff(value) + "\\fR" : "");
}

std::string entry(const CLI::Option& option) {
  const std::string needed = option.get_required() ? " (must be given)" : "";
  return ".TP\n\\fB" + heading(option) + "\\fR\n" + roff(option.get_description() + needed) + "\n";
}

// The verb's footer, line by line as it is.
std::string remark(const std::string& footer) {
  return footer.empty() ? "" : ".PP\n" + roff(footer) + "\n";
}

std::string section_of(const CLI::App& verb) {
  const bool runs = verb.get_name() == "run";
  std::string text =
      ".SS \"" + roff(verb.get_name()) + "\"\n" + roff(verb.get_description()) + ".\n";
  if (runs)
    text +=
        ".PP\n\\fBleasehold run\\fR [\\fIoption\\fR...] \\-\\- \\fIcommand\\fR "
        "[\\fIargument\\fR...]\n";
  for (const CLI::Option* const option : verb.get_options()) text += entry(*option);
  return text + remark(verb.get_footer());
}

}  // namespace

std::string manual_page(const CLI::App& app, const std::string& version) {
  const std::string& name = app.get_name();
  std::string text = ".TH " + upper(name) + " 1 \"\" \"" + name + " " + version + "\"\n";
  text += ".SH NAME\n" + roff(name + " - " + app.get_description()) + "\n";
  text += ".SH SYNOPSIS\n\\fB" + name + "\\fR \\fIverb\\fR [\\fIoption\\fR...]\n";
  text += ".SH VERBS\n";
  for (const CLI::App* const verb : app.get_subcommands({})) {
    if (!verb->get_group().empty()) text += section_of(*verb);
  }
  text += ".SH LENGTHS\nA length of time is a whole number and ns, us, ms, s, min or h: 30s.\n";
  text += ".SH ENVIRONMENT\n";
  text += ".TP\n\\fBLEASEHOLD_STORE\\fR\nThe store, where \\-\\-store is not given.\n";
  text +=
      ".TP\n\\fBLEASEHOLD_KEY\\fR, \\fBLEASEHOLD_TERM\\fR, \\fBLEASEHOLD_FENCE\\fR\n"
      "Set for the command of run: the lock's name, the number of this tenure, and the token that "
      "a "
      "protected resource checks.\n";
  text += ".TP\n\\fBNO_COLOR\\fR\nIf it is set and not empty, no colours are written.\n";
  return text;
}

}  // namespace leasehold::cli
