#pragma once

#include <string_view>

/// Makes a file, named by its path at build time, a part of the program:
///
///   FORECART_EMBED(prices, FORECART_PRICES)      in a source, outside namespaces
///   FORECART_EMBEDDED(prices)                    the bytes, a std::string_view
///
/// The source's OBJECT_DEPENDS must name the file, and COMPILE_DEFINITIONS its path.
#define FORECART_EMBED(name, path)                      \
  __asm__(                                              \
      ".pushsection .rodata\n"                          \
      ".global forecart_embedded_" #name                \
      "_begin\n"                                        \
      ".global forecart_embedded_" #name                \
      "_end\n"                                          \
      "forecart_embedded_" #name                        \
      "_begin:\n"                                       \
      ".incbin \"" path                                 \
      "\"\n"                                            \
      "forecart_embedded_" #name                        \
      "_end:\n"                                         \
      ".byte 0\n"                                       \
      ".popsection\n");                                 \
  extern "C" {                                          \
  extern const char forecart_embedded_##name##_begin[]; \
  extern const char forecart_embedded_##name##_end[];   \
  }

#define FORECART_EMBEDDED(name)         \
  std::string_view(                     \
      forecart_embedded_##name##_begin, \
      static_cast<std::size_t>(forecart_embedded_##name##_end - forecart_embedded_##name##_begin))
