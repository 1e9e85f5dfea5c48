# SPDX-License-Identifier: MIT
# Tins::Tins. Debian ships no CMake configuration for libtins, and its pkg-config file puts
# libtins' own config.h and utils.h on the include path.
find_path(Tins_INCLUDE_DIR tins/tins.h)
find_library(Tins_LIBRARY tins)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Tins REQUIRED_VARS Tins_LIBRARY Tins_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "Debian: apt-get install libtins-dev")
if(Tins_FOUND AND NOT TARGET Tins::Tins)
  add_library(Tins::Tins UNKNOWN IMPORTED)
  set_target_properties(Tins::Tins PROPERTIES
    IMPORTED_LOCATION ${Tins_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${Tins_INCLUDE_DIR})
endif()
