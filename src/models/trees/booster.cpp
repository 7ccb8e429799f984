#include "models/trees/booster.h"

#include "base/error.h"
#include "base/interruption.h"
#include "models/trees/gradients.h"
#include "models/trees/xgboost_library.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart::trees {

namespace {

/// Throws Error unavailable with XGBoost's message unless `status` is 0.
void require(int status) {
  if (status == 0) return;
  std::string message = xgboost_library().last_error();
  throw Error(ErrorCode::unavailable,
              fmt::format("XGBoost failed: {}", message.substr(0, message.find('\n'))));
}

/// How XGBoost is told where a matrix lies: NumPy's array interface, here column by column.
std::string array_interface(const Eigen::MatrixXf& values) {
  const auto column_bytes = static_cast<std::size_t>(values.outerStride()) * sizeof(float);
  return fmt::format(
      R"({{"data":[{},true],"shape":[{},{}],"strides":[{},{}],"typestr":"<f4","version":3}})",
      reinterpret_cast<std::uintptr_t>(values.data()), values.rows(), values.cols(), sizeof(float),
      column_bytes);
}

/// A matrix in XGBoost's hands.
class Matrix {
 public:
  Matrix(const Eigen::MatrixXf& features, int threads) {
    const std::string config = fmt::format(R"({{"missing":NaN,"nthread":{}}})", threads);
    require(xgboost_library().matrix_create(array_interface(features).c_str(), config.c_str(),
                                            &handle_));
  }
  ~Matrix() { xgboost_library().matrix_free(handle_); }
  Matrix(const Matrix&) = delete;
  Matrix& operator=(const Matrix&) = delete;

  void set(const char* field, const Eigen::VectorXf& values) {
    require(xgboost_library().matrix_set_info(handle_, field, values.data(),
                                              static_cast<bst_ulong>(values.size())));
  }

  void* handle() const { return handle_; }

 private:
  void* handle_ = nullptr;
};

std::string objective_name(Objective objective) {
  switch (objective) {
    case Objective::poisson:
      return "count:poisson";
    case Objective::tweedie:
      return "reg:tweedie";
    case Objective::squared:
      break;
  }
  return "reg:squarederror";
}

/// What a booster predicts for the rows of a matrix; valid until it is asked again.
Eigen::Map<const Eigen::VectorXf> predicted(BoosterHandle booster, const Matrix& matrix,
                                            const char* config) {
  const std::uint64_t* shape = nullptr;
  std::uint64_t dimensions = 0;
  const float* values = nullptr;
  require(xgboost_library().booster_predict(booster, matrix.handle(), config, &shape, &dimensions,
                                            &values));
  return {values, static_cast<Eigen::Index>(shape[0])};
}

constexpr const char* kMean =
    R"({"type":0,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false})";
constexpr const char* kMarginWhileTraining =
    R"({"type":1,"training":true,"iteration_begin":0,"iteration_end":0,"strict_shape":false})";

/// Where boosting starts: the weighted mean target, which with a log link must be positive.
double start_of(const TrainingRows& rows, Link link) {
  const double weight = rows.weight.cast<double>().sum();
  const double sum = rows.target.cast<double>().dot(rows.weight.cast<double>());
  const double mean = weight > 0 ? sum / weight : 0;
  return link == Link::log ? std::max(mean, 1e-6) : mean;
}

}  // namespace

const char* name_of(Objective objective) {
  switch (objective) {
    case Objective::poisson:
      return "poisson";
    case Objective::tweedie:
      return "tweedie";
    case Objective::squared:
      break;
  }
  return "squared";
}

Link link_of(Objective objective) {
  return objective == Objective::squared ? Link::identity : Link::log;
}

Booster::Booster(const TrainingRows& rows, const BoosterOptions& options)
    : link_(link_of(options.objective)) {
  const XgboostLibrary& api = xgboost_library();
  Matrix matrix(rows.features, options.threads);
  matrix.set("label", rows.target);
  matrix.set("weight", rows.weight);
  const DMatrixHandle cached[] = {matrix.handle()};
  require(api.booster_create(cached, 1, &handle_));
  try {
    configure(rows, options);
    Gradients gradients;
    for (int round = 0; round < options.rounds; ++round) {
      check_interruption();
      derive(rows, options, predicted(handle_, matrix, kMarginWhileTraining), gradients);
      require(api.booster_boost(handle_, matrix.handle(), gradients.first.data(),
                                gradients.second.data(),
                                static_cast<bst_ulong>(gradients.first.size())));
      if (options.after_tree) options.after_tree();
    }
  } catch (...) {
    api.booster_free(handle_);
    throw;
  }
}

Booster::~Booster() {
  xgboost_library().booster_free(handle_);
}

void Booster::set(const char* name, const std::string& value) {
  require(xgboost_library().booster_set(handle_, name, value.c_str()));
}

void Booster::configure(const TrainingRows& rows, const BoosterOptions& options) {
  set("verbosity", "0");
  set("objective", objective_name(options.objective));
  if (options.objective == Objective::tweedie) {
    set("tweedie_variance_power", fmt::format("{}", options.tweedie_power));
  }
  set("base_score", fmt::format("{}", start_of(rows, link_)));
  set("tree_method", "hist");
  set("grow_policy", "lossguide");
  set("max_depth", "0");
  set("max_leaves", fmt::format("{}", options.leaves));
  set("eta", fmt::format("{}", options.learning_rate));
  set("min_child_weight", fmt::format("{}", options.least_weight));
  set("lambda", fmt::format("{}", options.l2));
  set("colsample_bytree", fmt::format("{}", options.column_share));
  set("subsample", fmt::format("{}", options.row_share));
  set("nthread", fmt::format("{}", options.threads));
  set("seed", fmt::format("{}", options.seed % 0x7fffffff));
}

TreeEnsemble Booster::ensemble() const {
  bst_ulong length = 0;
  const char* bytes = nullptr;
  require(xgboost_library().booster_save(handle_, R"({"format":"json"})", &length, &bytes));
  return TreeEnsemble::from_xgboost(nlohmann::json::parse(bytes, bytes + length), link_);
}

std::vector<float> Booster::predict(const Eigen::MatrixXf& features) const {
  const Matrix matrix(features, 1);
  const auto means = predicted(handle_, matrix, kMean);
  return {means.begin(), means.end()};
}

std::string xgboost_version() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  xgboost_library().version(&major, &minor, &patch);
  return fmt::format("{}.{}.{}", major, minor, patch);
}

}  // namespace forecart::trees
