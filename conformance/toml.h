// SPDX-License-Identifier: MIT
// The TOML parser, set up so that a wrong file is a toml::parse_error in every build. The parser
// asserts what such a file may well hold ("[ }") and complains of it right after that; where there
// are no asserts it has the optimiser rely on it. Here it does neither.
//
// What reads TOML includes this and nothing else: two setups in one program would be mixed. It is
// slow to compile, so few sources should.
#pragma once

#define TOML_ENABLE_FORMATTERS 0  // We never write TOML.
#define TOML_ASSERT(expr) static_cast<void>(0)
#pragma push_macro("NDEBUG")
#undef NDEBUG
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")
