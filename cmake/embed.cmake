# cmake -D FROM=<text file> -D TO=<source> -D HEADER=<header> -D FUNCTION=<name> -P embed.cmake
#
# Writes a C++ source that defines `std::string FUNCTION()` in leasehold::sim, as HEADER declares it:
# the text of FROM, byte for byte. A literal per line: clang warns of one that is longer than 64 KiB.
file(READ ${FROM} text)
if(text MATCHES "\\)text\"")
  message(FATAL_ERROR "${FROM}: holds )text\", which ends the literal; choose another end here")
endif()
string(REPLACE "\n" "\n)text\",\n    R\"text(" lines "${text}")
file(
  WRITE ${TO}
  "// Made from ${FROM} by cmake/embed.cmake.\n"
  "#include \"${HEADER}\"\n\n"
  "namespace leasehold::sim {\n\n"
  "std::string ${FUNCTION}() {\n"
  "  static constexpr const char* lines[] = {\n    R\"text(${lines})text\"};\n"
  "  std::string text;\n"
  "  for (const char* line : lines) text += line;\n"
  "  return text;\n"
  "}\n\n"
  "}  // namespace leasehold::sim\n"
)
