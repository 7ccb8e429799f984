#include "base/progress.h"

namespace forecart {

namespace {

class NoProgress final : public Progress {
 public:
  void report(const std::string&, double, const std::string&) override {}
};

}  // namespace

Progress& no_progress() {
  static NoProgress instance;
  return instance;
}

}  // namespace forecart
