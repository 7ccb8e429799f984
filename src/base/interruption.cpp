#include "base/interruption.h"

#include <exception>

namespace forecart {

namespace {

const Interruption*& innermost() {
  thread_local const Interruption* interruption = nullptr;
  return interruption;
}

}  // namespace

InterruptionScope::InterruptionScope(const Interruption* interruption) : before_(innermost()) {
  innermost() = interruption;
}

InterruptionScope::~InterruptionScope() {
  innermost() = before_;
}

const Interruption* current_interruption() {
  return innermost();
}

void check_interruption() {
  const Interruption* const interruption = innermost();
  if (interruption == nullptr || !interruption->is_asked()) return;
  if (std::uncaught_exceptions() == 0) throw Interrupted();
}

}  // namespace forecart
