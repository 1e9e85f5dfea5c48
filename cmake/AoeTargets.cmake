# SPDX-License-Identifier: MIT
# The project's few kinds of target: a library, a program, a test.

add_library(aoe_warnings INTERFACE)
target_compile_options(aoe_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wformat=2
  $<$<CXX_COMPILER_ID:GNU>:-Wuseless-cast;-Wduplicated-cond;-Wlogical-op>)

# Fuzzing sees into every library: coverage and sanitizers in all of them, and their assertions.
# Whoever brings an engine brings the flags that go with it, too.
if(AOE_FUZZ_ENGINE)
  add_compile_options(-UNDEBUG)
elseif(AOE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
                      -fno-omit-frame-pointer -UNDEBUG -D_GLIBCXX_ASSERTIONS)
  add_link_options(-fsanitize=address,undefined)
endif()

# aoe_add_library(wire SOURCES a.cpp HEADERS a.h LINKS aoe::link): a static library aoe::wire whose
# headers are included by their path from the top of the tree, and each compile alone.
function(aoe_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;LINKS;PRIVATE_LINKS")
  add_library(aoe_${name} STATIC ${arg_SOURCES})
  add_library(aoe::${name} ALIAS aoe_${name})
  target_sources(aoe_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}
                 FILES ${arg_HEADERS})
  target_compile_features(aoe_${name} PUBLIC cxx_std_20)
  target_link_libraries(aoe_${name} PUBLIC ${arg_LINKS}
                        PRIVATE $<BUILD_INTERFACE:aoe_warnings> ${arg_PRIVATE_LINKS})
endfunction()

# aoe_add_program(aoe-target SOURCES main.cpp LINKS aoe::target): a program, installed to bin; in
# the package of its own name, or in PACKAGE's.
function(aoe_add_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "PACKAGE" "SOURCES;LINKS")
  if(NOT arg_PACKAGE)
    set(arg_PACKAGE ${name})
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_compile_definitions(${name} PRIVATE AOE_VERSION="${PROJECT_VERSION}")
  target_link_libraries(${name} PRIVATE ${arg_LINKS} aoe_warnings)
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
          COMPONENT ${arg_PACKAGE})
endfunction()

# Builds the tests that run against optimised programs too: those labelled net or selftest, and the
# programs that they start.
add_custom_target(release_tests)

# aoe_add_test(frame_test SOURCES frame_test.cpp LINKS aoe::wire [LABELS net]): a GoogleTest program
# whose every TEST is a ctest. Not built when BUILD_TESTING is off.
function(aoe_add_test name)
  if(NOT BUILD_TESTING)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS;LABELS")
  find_package(GTest REQUIRED)
  add_executable(${name} ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_compile_definitions(${name} PRIVATE AOE_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                             AOE_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_link_libraries(${name} PRIVATE ${arg_LINKS} aoe_warnings GTest::gmock GTest::gtest_main)
  set(labels)
  if(arg_LABELS)
    set(labels LABELS ${arg_LABELS})
    add_dependencies(release_tests ${name})
  endif()
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300 ${labels})
endfunction()

include(GoogleTest)
