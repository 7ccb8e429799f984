#include "server/run_mode.h"

namespace forecart {

Parameter mode_parameter() {
  return {"mode",
          "warm goes on from the current run where it can, anew fits and proves everything; warm "
          "where none is given",
          R"({"type":"string","enum":["warm","anew"]})"};
}

RunMode mode_of(const Call& call) {
  const std::string_view mode = call.parameter("mode");
  return mode.empty() ? RunMode::warm : parse_run_mode(mode);
}

}  // namespace forecart
