#pragma once

#include <xgboost/c_api.h>

namespace forecart::trees {

/// The functions of libxgboost.so that we call, found by name when the library is loaded.
/// Each member has the type of the C function it stands for and is documented in xgboost/c_api.h.
struct XgboostLibrary {
  decltype(&::XGBoostVersion) version;
  decltype(&::XGBGetLastError) last_error;
  decltype(&::XGDMatrixCreateFromDense) matrix_create;
  decltype(&::XGDMatrixSetFloatInfo) matrix_set_info;
  decltype(&::XGDMatrixFree) matrix_free;
  decltype(&::XGBoosterCreate) booster_create;
  decltype(&::XGBoosterSetParam) booster_set;
  decltype(&::XGBoosterBoostOneIter) booster_boost;
  decltype(&::XGBoosterPredictFromDMatrix) booster_predict;
  decltype(&::XGBoosterSaveModelToBuffer) booster_save;
  decltype(&::XGBoosterFree) booster_free;
};

/// The library, loaded by the first call; later calls give the same. Tried in turn: the file named
/// in FORECART_XGBOOST, libxgboost.so beside the executable, where the loader looks, where the
/// build found it. Throws Error unavailable that names the Debian package.
const XgboostLibrary& xgboost_library();

}  // namespace forecart::trees
