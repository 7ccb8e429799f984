#pragma once

#include <cstdint>
#include <string>

namespace forecart {

/// What this process has used since it began, all its threads together.
struct ProcessUsage {
  double user_seconds = 0;      ///< of cores, in the program
  double system_seconds = 0;    ///< of cores, in the kernel on its behalf
  std::int64_t peak_bytes = 0;  ///< most memory resident at once

  double core_seconds() const { return user_seconds + system_seconds; }
};

ProcessUsage process_usage();

/// The processor as the system names it, e.g. "Intel(R) Xeon(R) Processor"; its architecture where
/// the system does not say.
std::string processor_name();

}  // namespace forecart
