#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

#include "base/progress.h"

namespace forecart {

enum class ProgressMode { automatic, never };

/// "auto" or "never"; throws Error unknown_name.
ProgressMode parse_progress_mode(const std::string& name);

/// A bar on stderr, redrawn in place: work, share done, note and time left. Draws at most ten times
/// a second; the line is wiped when a piece of work ends.
class TerminalProgress final : public Progress {
 public:
  ~TerminalProgress() override;
  void report(const std::string& work, double share, const std::string& note) override;

 private:
  void wipe();

  std::mutex mutex_;
  std::string work_;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point drawn_;
  bool visible_ = false;
};

/// A bar if stderr is a terminal and the mode allows it, else nothing.
std::unique_ptr<Progress> make_progress(ProgressMode mode);

/// "[#####.....]  50 %  LSTM  epoch 3  4 s left"; the last part only once a tenth is done.
std::string progress_line(const std::string& work, double share, const std::string& note,
                          double elapsed_seconds);

}  // namespace forecart
