#include "base/work_clock.h"

#include <ctime>

namespace forecart {

namespace {

/// Of other threads, for this one.
double& others_work() {
  thread_local double seconds = 0;
  return seconds;
}

}  // namespace

double work_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec) +
         others_work();
}

void add_work(double seconds) {
  others_work() += seconds;
}

}  // namespace forecart
