#pragma once

// Wide registers where the machine has them: a function marked FORECART_WIDE is compiled for them
// too and chosen at load time. Sanitizers cannot follow the resolver functions.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define FORECART_WIDE __attribute__((target_clones("default", "arch=x86-64-v3")))
#else
#define FORECART_WIDE
#endif
/// Becomes part of its wide caller.
#if defined(__GNUC__)
#define FORECART_PART_OF_WIDE __attribute__((always_inline)) inline
#else
#define FORECART_PART_OF_WIDE inline
#endif

namespace forecart::sarima {

/// Four numbers at any address of doubles.
typedef double Lanes __attribute__((vector_size(32), aligned(8), may_alias));  // NOLINT

#define FORECART_LANES(pointer) (*reinterpret_cast<Lanes*>(pointer))
#define FORECART_CONST_LANES(pointer) (*reinterpret_cast<const Lanes*>(pointer))

}  // namespace forecart::sarima
