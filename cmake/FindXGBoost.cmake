# Finds libxgboost.so and xgboost/c_api.h (Debian: libxgboost-dev). The library is loaded at first
# use (src/models/trees/), so nothing links it: the imported target carries the header only.
find_library(XGBoost_LIBRARY xgboost)
find_path(XGBoost_INCLUDE_DIR xgboost/c_api.h)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(XGBoost
  REQUIRED_VARS XGBoost_LIBRARY XGBoost_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "run scripts/setup")
if(XGBoost_FOUND AND NOT TARGET XGBoost::header)
  add_library(XGBoost::header INTERFACE IMPORTED)
  set_target_properties(XGBoost::header PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES ${XGBoost_INCLUDE_DIR})
endif()
