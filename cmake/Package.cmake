# SPDX-License-Identifier: Apache-2.0
#
# The CMake package that `cmake --install` leaves for authors of plugins: find_package(Latchkey) gives Latchkey::kernel,
# Latchkey::domain, Latchkey::http-api and latchkey_add_plugin().
include(CMakePackageConfigHelpers)
set(package_directory ${CMAKE_INSTALL_LIBDIR}/cmake/Latchkey)

configure_package_config_file(cmake/LatchkeyConfig.cmake.in ${PROJECT_BINARY_DIR}/LatchkeyConfig.cmake
  INSTALL_DESTINATION ${package_directory} NO_SET_AND_CHECK_MACRO)
# Below 1.0 every minor version may change what plugins see; the descriptor's API number decides in any case.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/LatchkeyConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/LatchkeyConfig.cmake ${PROJECT_BINARY_DIR}/LatchkeyConfigVersion.cmake cmake/LatchkeyPlugin.cmake cmake/plugin.map cmake/plugin_stamp.cpp
  DESTINATION ${package_directory})
install(EXPORT LatchkeyTargets NAMESPACE Latchkey:: DESTINATION ${package_directory})
