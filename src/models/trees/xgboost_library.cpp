#include "models/trees/xgboost_library.h"

#include "base/beside_program.h"
#include "base/error.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace forecart::trees {

namespace {

struct CloseLibrary {
  void operator()(void* handle) const { dlclose(handle); }
};
using Handle = std::unique_ptr<void, CloseLibrary>;

std::vector<std::string> candidates() {
  std::vector<std::string> result;
  if (const char* named = std::getenv("FORECART_XGBOOST"); named != nullptr && *named != '\0') {
    return {named};
  }
  if (const auto packaged = beside_program("libxgboost.so"); !packaged.empty()) {
    result.push_back(packaged.string());
  }
  result.insert(result.end(), {"libxgboost.so.0", "libxgboost.so", FORECART_XGBOOST_LIBRARY});
  return result;
}

Handle open_library() {
  std::string tried;
  for (const std::string& path : candidates()) {
    if (Handle handle{dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)}) return handle;
    tried += fmt::format("\n  {}", dlerror());
  }
  throw Error(ErrorCode::unavailable,
              fmt::format("libxgboost.so cannot be loaded, which training GradientBoostedTrees "
                          "needs; install the Debian package libxgboost0 (scripts/setup does), lay "
                          "the library beside the executable or name it in FORECART_XGBOOST. "
                          "Tried:{}",
                          tried));
}

template <typename Function>
void find(void* library, const char* name, Function& function) {
  void* const address = dlsym(library, name);
  if (address == nullptr) {
    throw Error(ErrorCode::unavailable,
                fmt::format("libxgboost.so lacks {}; install version 1.7 or newer (Debian 12: "
                            "libxgboost0)",
                            name));
  }
  function = reinterpret_cast<Function>(address);
}

XgboostLibrary load() {
  Handle library = open_library();
  XgboostLibrary api{};
  find(library.get(), "XGBoostVersion", api.version);
  find(library.get(), "XGBGetLastError", api.last_error);
  find(library.get(), "XGDMatrixCreateFromDense", api.matrix_create);
  find(library.get(), "XGDMatrixSetFloatInfo", api.matrix_set_info);
  find(library.get(), "XGDMatrixFree", api.matrix_free);
  find(library.get(), "XGBoosterCreate", api.booster_create);
  find(library.get(), "XGBoosterSetParam", api.booster_set);
  find(library.get(), "XGBoosterBoostOneIter", api.booster_boost);
  find(library.get(), "XGBoosterPredictFromDMatrix", api.booster_predict);
  find(library.get(), "XGBoosterSaveModelToBuffer", api.booster_save);
  find(library.get(), "XGBoosterFree", api.booster_free);
  // The threads of its OpenMP may outlive main; the library stays until the process ends.
  static_cast<void>(library.release());
  return api;
}

}  // namespace

const XgboostLibrary& xgboost_library() {
  static const XgboostLibrary kLibrary = load();
  return kLibrary;
}

}  // namespace forecart::trees
