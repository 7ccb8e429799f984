#pragma once

#include <cstddef>
#include <functional>

namespace forecart {

/// Calls `body(i)` once for every i in [0, count) on at most `threads` threads (0: all cores).
/// Calls are independent, so results do not depend on the number of threads. The first exception
/// ends the loop and is thrown here; so does an interruption of this thread (check_interruption).
void parallel_for(std::size_t count, unsigned threads,
                  const std::function<void(std::size_t)>& body);

/// Number of threads that 0 stands for.
unsigned available_threads();

}  // namespace forecart
