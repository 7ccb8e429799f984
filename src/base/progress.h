#pragma once

#include <string>

namespace forecart {

/// Where long work says how far it is. Doors decide what becomes of it: a bar on a terminal, an
/// event stream, nothing. Calls may come from several threads.
class Progress {
 public:
  virtual ~Progress() = default;

  /// Share done of the named piece of work, in [0, 1]; 1 ends it. `note` is shown beside the bar.
  virtual void report(const std::string& work, double share, const std::string& note) = 0;

  /// Something that people should know, bars or not: what was ignored, or goes on from before.
  virtual void note(const std::string& message) { static_cast<void>(message); }
};

/// A progress that shows nothing; what options point to by default.
Progress& no_progress();

}  // namespace forecart
