# SPDX-License-Identifier: Apache-2.0
# Migrations and what goes with them: part of storage-postgres-objects, the content of migrations/ included.
file(GLOB migration_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/migrations/*.sql ${PROJECT_SOURCE_DIR}/migrations/ledger/*.tsv)
set(embedded_migrations ${CMAKE_CURRENT_BINARY_DIR}/embedded_migrations.cpp)
add_custom_command(OUTPUT ${embedded_migrations}
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR}/migrations -DOUTPUT=${embedded_migrations} -P ${PROJECT_SOURCE_DIR}/cmake/EmbedMigrations.cmake
  DEPENDS ${migration_files} ${PROJECT_SOURCE_DIR}/cmake/EmbedMigrations.cmake
  VERBATIM)

target_sources(storage-postgres-objects PRIVATE
  advisory_lock.cpp
  advisory_lock_key.cpp
  database_facts.cpp
  database_status.cpp
  database_status_format.cpp
  lock_holder.cpp
  migrate_command.cpp
  migration_errors.cpp
  migration_lock.cpp
  migration_state.cpp
  migrator.cpp
  reference_ledger.cpp
  sql_statements.cpp
  status_command.cpp
  trigram.cpp
  ${embedded_migrations})
target_link_libraries(storage-postgres-objects PUBLIC OpenSSL::Crypto PRIVATE Poco::JSON)
# The plugin takes the objects, not what they link: libraries that only they use are named again.
target_link_libraries(storage-postgres-plugin PRIVATE OpenSSL::Crypto Poco::JSON)
