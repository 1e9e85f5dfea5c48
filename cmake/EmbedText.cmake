# SPDX-License-Identifier: MIT
# aoe_embed_text(<target> FILE <file> SYMBOL <name> NAMESPACE <namespace>)
#
# Adds to <target> a generated source that defines `const std::string_view <name>` in <namespace>
# with the bytes of <file>, and `<name>_sha256_base64` with their hash as a Content-Security-Policy
# spells it. The user declares them: `extern const std::string_view <name>;`. They are generated
# again whenever the file changes.
#
# The bytes are written as character constants, because a string literal may have trouble with
# quotes and escapes, and compilers need not take one above 64 KiB.

# Six bits a digit; the last group of a SHA-256 has two bytes, so one = follows.
function(aoe_hash_base64 file result)
  set(digits "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  file(SHA256 "${file}" hash)
  set(text)
  foreach(group RANGE 10)
    math(EXPR start "${group} * 6")
    string(SUBSTRING "${hash}00" ${start} 6 three_bytes)
    foreach(shift 18 12 6 0)
      math(EXPR digit "(0x${three_bytes} >> ${shift}) & 63")
      string(SUBSTRING "${digits}" ${digit} 1 digit)
      string(APPEND text "${digit}")
    endforeach()
  endforeach()
  string(SUBSTRING "${text}" 0 43 text)
  set(${result} "${text}=" PARENT_SCOPE)
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  # The build runs this same file as a script: cmake -D... -P EmbedText.cmake
  file(READ "${AOE_EMBED_FILE}" bytes HEX)
  string(LENGTH "${bytes}" digits)
  math(EXPR size "${digits} / 2")
  set(two "[0-9a-f][0-9a-f]")
  set(eight "${two}${two}${two}${two}${two}${two}${two}${two}")
  string(REGEX REPLACE "(${eight})" "\\1\n    " bytes "${bytes}")
  string(REGEX REPLACE "(${two})" "'\\\\x\\1'," bytes "${bytes}")
  cmake_path(GET AOE_EMBED_FILE FILENAME file_name)
  aoe_hash_base64("${AOE_EMBED_FILE}" hash)
  file(WRITE "${AOE_EMBED_OUTPUT}" "// Generated from ${file_name}; do not edit.
#include <string_view>

namespace ${AOE_EMBED_NAMESPACE} {

// The zero at the end is not part of the text; it lets the text be empty.
static constexpr char ${AOE_EMBED_SYMBOL}_bytes[] = {
    ${bytes}'\\0'};

extern const std::string_view ${AOE_EMBED_SYMBOL};
constinit const std::string_view ${AOE_EMBED_SYMBOL}{${AOE_EMBED_SYMBOL}_bytes, ${size}};

extern const std::string_view ${AOE_EMBED_SYMBOL}_sha256_base64;
constinit const std::string_view ${AOE_EMBED_SYMBOL}_sha256_base64{
    \"${hash}\"};

}  // namespace ${AOE_EMBED_NAMESPACE}
")
  return()
endif()

function(aoe_embed_text target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FILE;SYMBOL;NAMESPACE" "")
  foreach(key FILE SYMBOL NAMESPACE)
    if(NOT arg_${key})
      message(FATAL_ERROR "aoe_embed_text(${target}): ${key} is missing")
    endif()
  endforeach()
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "aoe_embed_text(${target}): what is ${arg_UNPARSED_ARGUMENTS}?")
  endif()
  cmake_path(ABSOLUTE_PATH arg_FILE BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${target}_${arg_SYMBOL}.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DAOE_EMBED_FILE=${arg_FILE} -DAOE_EMBED_OUTPUT=${output}
            -DAOE_EMBED_SYMBOL=${arg_SYMBOL} -DAOE_EMBED_NAMESPACE=${arg_NAMESPACE}
            -P ${CMAKE_CURRENT_FUNCTION_LIST_FILE}
    DEPENDS ${arg_FILE} ${CMAKE_CURRENT_FUNCTION_LIST_FILE}
    COMMENT "Embedding ${arg_FILE}"
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
