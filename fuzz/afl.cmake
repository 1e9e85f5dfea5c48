# SPDX-License-Identifier: MIT
# The mutators as shared libraries for AFL++ (afl_mutator.cpp), one for each kind of input: made of
# the sources once more, as position-independent code. Not of AOE_FUZZ's build, since what AFL++
# loads must not be instrumented.
foreach(kind frame session capture)
  set(library aoe-afl-${kind})
  add_library(${library} MODULE EXCLUDE_FROM_ALL afl_mutator.cpp ${kind}_mutator.cpp)
  if(kind STREQUAL "session")
    target_sources(${library} PRIVATE afl_session_style.cpp)
  endif()
  foreach(part fuzz wire)
    get_target_property(folder aoe_${part} SOURCE_DIR)
    get_target_property(sources aoe_${part} SOURCES)
    list(TRANSFORM sources PREPEND ${folder}/)
    target_sources(${library} PRIVATE ${sources})
  endforeach()
  target_compile_features(${library} PRIVATE cxx_std_20)
  target_include_directories(${library} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_options(${library} PRIVATE -Wl,-z,defs)
  target_link_libraries(${library} PRIVATE aoe_warnings)
  set_target_properties(${library} PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY
                        ${CMAKE_BINARY_DIR}/lib)
endforeach()
