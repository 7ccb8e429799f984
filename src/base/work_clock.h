#pragma once

namespace forecart {

/// Core-seconds that this thread has used since it began, with those of the threads that worked for
/// it in parallel_for: what a piece of work took is the same however many cores shared it, and
/// however long it had to wait for them.
double work_seconds();

/// Counts work that another thread has done for this one; parallel_for does.
void add_work(double seconds);

}  // namespace forecart
