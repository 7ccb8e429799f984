#pragma once

#include "base/progress.h"

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace forecart {

enum class ProgressMode { automatic, never, lines };

/// "auto", "never" or "lines"; throws Error unknown_name.
ProgressMode parse_progress_mode(const std::string& name);

/// A bar on stderr, redrawn in place: work, share done, note and time left. Draws at most ten times
/// a second; the line is wiped when a piece of work ends.
class TerminalProgress final : public Progress {
 public:
  ~TerminalProgress() override;
  void report(const std::string& work, double share, const std::string& note) override;
  void note(const std::string& message) override;

 private:
  void wipe();

  std::mutex mutex_;
  std::string work_;
  double first_share_ = 0;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point drawn_;
  bool visible_ = false;
};

/// For the process that started this one: lines of stderr as automation/worker.h reads them, at
/// most two a second. Work goes on where that process is gone.
class LineProgress final : public Progress {
 public:
  void report(const std::string& work, double share, const std::string& note) override;
  void note(const std::string& message) override;

 private:
  std::mutex mutex_;
  std::chrono::steady_clock::time_point told_{};
};

/// A bar if stderr is a terminal and the mode allows it, lines where these are asked for, else
/// nothing.
std::unique_ptr<Progress> make_progress(ProgressMode mode);

/// "[#####.....]  50 %  LSTM  epoch 3  about 4 s left".
std::string progress_line(const std::string& work, double share, const std::string& note,
                          std::optional<double> seconds_left);

/// What is left of work that was `first` done when first heard of and `share` after so many
/// seconds; nothing before a tenth of it is seen.
std::optional<double> seconds_left(double first, double share, double elapsed);

}  // namespace forecart
