#pragma once

#include <cstdint>
#include <string>

namespace forecart {

/// What this process has used since it began, all its threads together.
struct ProcessUsage {
  double user_seconds = 0;      ///< of cores, in the program
  double system_seconds = 0;    ///< of cores, in the kernel on its behalf
  std::int64_t peak_bytes = 0;  ///< most memory resident at once, since reset_peak_memory

  double core_seconds() const { return user_seconds + system_seconds; }
};

ProcessUsage process_usage();

/// Begins the peak of memory anew, where the system can: a process that does one piece of work
/// after the other then tells that of each.
void reset_peak_memory();

/// The processor as the system names it, e.g. "Intel(R) Xeon(R) Processor"; its architecture where
/// the system does not say.
std::string processor_name();

}  // namespace forecart
