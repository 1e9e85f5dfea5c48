# SPDX-License-Identifier: MIT
# What fuzzes other people's targets (hook.h): one library with all that it needs, a second one with
# a main that replays files, and an example. Installed only by `cmake --install BUILD --component
# fuzz-hook`.
include(GNUInstallDirs)
enable_language(C)

add_library(aoe_fuzz_hook STATIC hook.cpp session_mutator.cpp
            $<TARGET_OBJECTS:aoe_fuzz> $<TARGET_OBJECTS:aoe_wire>)
target_compile_features(aoe_fuzz_hook PRIVATE cxx_std_20)
target_link_libraries(aoe_fuzz_hook PRIVATE $<BUILD_INTERFACE:aoe_warnings>)
target_include_directories(aoe_fuzz_hook PUBLIC $<BUILD_INTERFACE:${CMAKE_SOURCE_DIR}>)
set_target_properties(aoe_fuzz_hook PROPERTIES OUTPUT_NAME aoe-fuzz-hook)
add_library(aoe_fuzz_replay STATIC replay_main.cpp)
target_compile_features(aoe_fuzz_replay PRIVATE cxx_std_20)
target_include_directories(aoe_fuzz_replay PRIVATE ${CMAKE_SOURCE_DIR})
set_target_properties(aoe_fuzz_replay PROPERTIES OUTPUT_NAME aoe-fuzz-replay)
if(AOE_FUZZ)
  target_compile_options(aoe_fuzz_hook PRIVATE -fno-sanitize=fuzzer-no-link)
endif()

add_library(aoe_toy_target STATIC examples/toy_target.c examples/toy_hook.c)
target_compile_options(aoe_toy_target PRIVATE -Wall -Wextra)
target_include_directories(aoe_toy_target PRIVATE ${CMAKE_SOURCE_DIR})
aoe_add_fuzzer(toy SOURCES hook.cpp MUTATOR session_mutator.cpp CORPUS export
               DICTIONARY aoe LINKS aoe_toy_target)

configure_file(aoe-fuzz-hook.pc.in aoe-fuzz-hook.pc @ONLY)
set(data ${CMAKE_INSTALL_DATADIR}/aoe-fuzz)
install(TARGETS aoe_fuzz_hook aoe_fuzz_replay ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        COMPONENT fuzz-hook EXCLUDE_FROM_ALL)
install(FILES hook.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/fuzz COMPONENT fuzz-hook
        EXCLUDE_FROM_ALL)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/aoe-fuzz-hook.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT fuzz-hook EXCLUDE_FROM_ALL)
install(FILES aoe.dict DESTINATION ${data} COMPONENT fuzz-hook EXCLUDE_FROM_ALL)
install(DIRECTORY corpus/export/ DESTINATION ${data}/corpus COMPONENT fuzz-hook EXCLUDE_FROM_ALL)
install(DIRECTORY examples DESTINATION ${data} COMPONENT fuzz-hook EXCLUDE_FROM_ALL)

if(BUILD_TESTING AND NOT AOE_FUZZ)
  add_test(NAME fuzz.hook COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/hook_test.sh
           ${CMAKE_COMMAND} ${CMAKE_BINARY_DIR} ${CMAKE_CURRENT_SOURCE_DIR}
           "${CMAKE_C_COMPILER} ${CMAKE_CXX_FLAGS}")
  set_tests_properties(fuzz.hook PROPERTIES TIMEOUT 300)
endif()
