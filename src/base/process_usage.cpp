#include "base/process_usage.h"

#include <sys/resource.h>
#include <sys/utsname.h>

#include <fstream>

namespace forecart {

namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

constexpr std::int64_t kKibibyte = 1024;

/// Since the last reset_peak_memory; 0 where the system does not tell.
std::int64_t peak_since_reset() {
  std::ifstream file("/proc/self/status");
  for (std::string word; file >> word;) {
    std::int64_t kibibytes = 0;
    if (word == "VmHWM:" && file >> kibibytes) return kibibytes * kKibibyte;
  }
  return 0;
}

}  // namespace

ProcessUsage process_usage() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const std::int64_t peak = peak_since_reset();
  return {seconds_of(usage.ru_utime), seconds_of(usage.ru_stime),
          peak > 0 ? peak : usage.ru_maxrss * kKibibyte};
}

void reset_peak_memory() {
  constexpr const char* kPeak = "5";  // proc(5), clear_refs
  std::ofstream("/proc/self/clear_refs") << kPeak;
}

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  utsname names{};
  return uname(&names) == 0 ? names.machine : "unknown";
}

}  // namespace forecart
