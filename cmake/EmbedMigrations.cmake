# SPDX-License-Identifier: Apache-2.0
#
# cmake -DSOURCE=migrations -DOUTPUT=embedded_migrations.cpp -P EmbedMigrations.cmake
#
# Writes a C++ file that holds migrations/*.sql and migrations/ledger/*.tsv (plugins/storage-postgres/migrations.h declares it).
function(literal file result)
  file(READ ${file} text)
  if(text MATCHES "\\)latchkey\"")
    message(FATAL_ERROR "${file} holds the end of a raw string")
  endif()
  set(${result} "R\"latchkey(${text})latchkey\"" PARENT_SCOPE)
endfunction()

file(GLOB files ${SOURCE}/*.sql)
list(SORT files)
set(changes "")
set(baseline "")
foreach(file ${files})
  get_filename_component(name ${file} NAME)
  if(NOT name MATCHES "^([0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9])_([a-z0-9_]+)\\.sql$")
    message(FATAL_ERROR "${file}: migrations are named NNNNNNNNNNNNNN_what_it_does.sql")
  endif()
  set(version ${CMAKE_MATCH_1})
  string(REPLACE "_" " " description ${CMAKE_MATCH_2})
  literal(${file} text)
  if(baseline STREQUAL "")
    set(baseline "${text}")
  else()
    string(APPEND changes "    {${version}, \"${description}\", ${text}},\n")
  endif()
endforeach()
literal(${SOURCE}/ledger/reference-1.21.tsv ledger)
literal(${SOURCE}/ledger/reference-1.21-alternates.tsv alternates)

string(CONCAT content
  "// Generated from migrations/ by cmake/EmbedMigrations.cmake.\n"
  "#include \"plugins/storage-postgres/migrations.h\"\n\n"
  "namespace latchkey::pg {\n\n"
  "const std::string_view kBaseline = ${baseline};\n\n"
  "const std::string_view kReferenceLedger = ${ledger};\n\n"
  "const std::string_view kReferenceAlternates = ${alternates};\n\n"
  "const std::vector<Migration>& ownMigrations() {\n"
  "    static const std::vector<Migration> all = {\n${changes}    };\n"
  "    return all;\n}\n\n"
  "}  // namespace latchkey::pg\n")
file(WRITE ${OUTPUT} "${content}")
