#include <string>

#include "lib/cli/generate.h"

namespace leasehold::cli {
namespace {

// "-k --key" of "-k,--key".
std::string names_of(const CLI::Option& option) {
  std::string names = option.get_name(false, true);
  for (char& byte : names) {
    if (byte == ',') byte = ' ';
  }
  return names;
}

std::string options_of(const CLI::App& verb) {
  std::string words;
  for (const CLI::Option* const option : verb.get_options()) {
    if (option->get_positional()) continue;
    words += (words.empty() ? "" : " ") + names_of(*option);
  }
  return words;
}

// An option whose type is named "a|b|c" takes one of these words; others take what only their user
// knows.
std::string values_of(const CLI::App& verb) {
  std::string cases;
  for (const CLI::Option* const option : verb.get_options()) {
    if (option->get_positional() || option->get_items_expected_max() == 0) continue;
    std::string pattern = names_of(*option);
    for (std::size_t at = 0; (at = pattern.find(' ', at)) != std::string::npos;) pattern[at] = '|';
    std::string words = option->get_type_name();
    const bool is_choice = words.find('|') != std::string::npos;
    for (char& byte : words) {
      if (byte == '|') byte = ' ';
    }
    cases.append("        ").append(pattern).append(") values='");
    cases.append(is_choice ? words : "").append("'; takes_value=yes ;;\n");
  }
  return cases;
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::string verbs;
  std::string cases;
  for (const CLI::App* const verb : app.get_subcommands({})) {
    if (verb->get_group().empty()) continue;
    verbs += (verbs.empty() ? "" : " ") + verb->get_name();
    cases += "    " + verb->get_name() + ")\n      options='" + options_of(*verb) +
             "'\n      case $before in\n" + values_of(*verb) + "      esac\n      ;;\n";
  }
  const std::string& name = app.get_name();
  return "# Completion of bash for " + name + ", made of what its option parser knows.\n_" + name +
         "() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
         "  local verb=${COMP_WORDS[1]:-} options='' values='' takes_value='' at\n"
         "  if ((COMP_CWORD == 1)); then\n"
         "    COMPREPLY=($(compgen -W '" +
         verbs +
         " --help --version' -- \"$word\"))\n"
         "    return\n"
         "  fi\n"
         "  # Behind \"--\" stands a command with words of its own.\n"
         "  for ((at = 2; at < COMP_CWORD; at++)); do\n"
         "    if [[ ${COMP_WORDS[at]} == -- ]]; then\n"
         "      if declare -F _command_offset >/dev/null; then\n"
         "        _command_offset $((at + 1))\n"
         "      else\n"
         "        COMPREPLY=($(compgen -c -f -- \"$word\"))\n"
         "      fi\n"
         "      return\n"
         "    fi\n"
         "  done\n"
         "  case $verb in\n" +
         cases +
         "  esac\n"
         "  if [[ -n $takes_value ]]; then\n"
         "    COMPREPLY=($(compgen -W \"$values\" -- \"$word\"))\n"
         "  else\n"
         "    COMPREPLY=($(compgen -W \"$options\" -- \"$word\"))\n"
         "  fi\n"
         "}\n"
         "complete -F _" +
         name + " " + name + "\n";
}

}  // namespace leasehold::cli
