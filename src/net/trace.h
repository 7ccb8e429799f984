#pragma once

#include <string>

namespace forecart {

/// The trace of AWS X-Ray that what this process does now belongs to, "Root=1-5759e988-...;
/// Parent=...;Sampled=1": every request that is signed passes it on as X-Amzn-Trace-Id. "" for
/// none, as it is at the start; one that is no such text or too long counts as none. Safe for
/// several threads.
void set_trace(const std::string& trace);
std::string current_trace();

}  // namespace forecart
