#include "evaluation/track_record.h"

#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using Eigen::VectorXd;
using nlohmann::json;

/// Origins remembered: members that were good once need not be so for ever.
constexpr Index kMostOrigins = 64;
/// Greater errors count as this: squares can be added up.
constexpr double kGreatestError = 1e100;

json numbers(const MatrixXd& matrix) {
  return numbers_or_null({matrix.data(), static_cast<std::size_t>(matrix.size())});
}

MatrixXd matrix(const json& state, Index rows) {
  std::vector<double> values;
  for (const json& value : state) values.push_back(number_or_missing(value));
  if (std::ssize(values) % rows != 0) refuse_state("Ensemble", "evidence");
  return Eigen::Map<const MatrixXd>(values.data(), rows, std::ssize(values) / rows);
}

}  // namespace

TrackRecord::TrackRecord(Index members, Index origin)
    : TrackRecord({0, MatrixXd(members, 0)}, origin) {}

TrackRecord::TrackRecord(SeriesTrial trial, Index origin)
    : trial_(std::move(trial)),
      origin_(origin),
      moments_(static_cast<double>(trial_.losses.cols())),
      losses_(VectorXd::Zero(trial_.losses.rows())),
      products_(MatrixXd::Zero(losses_.size(), losses_.size())) {
  if (trial_.losses.cols() == 0) trial_.products = products_;
  for (double& product : trial_.products.reshaped()) {
    if (!std::isfinite(product)) product = 0;  // of what could not be used, as the losses tell
  }
}

void TrackRecord::add(const MatrixXd& errors) {
  for (const auto& step : errors.rowwise()) {
    if (!step.array().isFinite().all()) continue;
    const RowVectorXd own = step.cwiseMax(-kGreatestError).cwiseMin(kGreatestError);
    losses_ += trial_.squared ? VectorXd(own.cwiseAbs2()) : VectorXd(own.cwiseAbs());
    products_.noalias() += own.transpose() * own;
    if (++points_ >= origin_) close_origin();
  }
}

void TrackRecord::close_origin() {
  const auto points = static_cast<double>(points_);
  MatrixXd& losses = trial_.losses;
  const Index kept = std::min(losses.cols(), kMostOrigins - 1);
  MatrixXd longer(losses.rows(), kept + 1);
  longer << losses.rightCols(kept), losses_ / points;
  losses = std::move(longer);
  if (trial_.products.size() > 0) {
    trial_.products = (moments_ * trial_.products + products_ / points) / (moments_ + 1);
    moments_ = std::min<double>(moments_ + 1, kMostOrigins);
  }
  losses_.setZero();
  products_.setZero();
  points_ = 0;
}

json TrackRecord::save() const {
  return {{"group", trial_.group},
          {"squared", trial_.squared},
          {"overlap", trial_.overlap},
          {"squared_step", trial_.squared_step},
          {"losses", numbers(trial_.losses)},
          {"products", numbers(trial_.products)},
          {"moments", moments_},
          {"origin", origin_},
          {"open",
           {{"losses", numbers(losses_)}, {"products", numbers(products_)}, {"points", points_}}}};
}

TrackRecord TrackRecord::load(const json& state, Index members) {
  SeriesTrial trial;
  trial.group = state.at("group").get<int>();
  trial.squared = state.at("squared").get<bool>();
  trial.overlap = state.at("overlap").get<double>();
  trial.squared_step = state.value("squared_step", 0.0);  // of states written before it was told
  trial.losses = matrix(state.at("losses"), members);
  trial.products = matrix(state.at("products"), members);
  const auto origin = whole<Index>(state.at("origin"));
  TrackRecord result(std::move(trial), origin);
  const json& open = state.at("open");
  result.moments_ = state.at("moments").get<double>();
  const MatrixXd losses = matrix(open.at("losses"), members);
  if (losses.cols() != 1) refuse_state("Ensemble", "evidence");
  result.losses_ = losses;
  result.products_ = matrix(open.at("products"), members);
  result.points_ = whole<Index>(open.at("points"));
  const SeriesTrial& own = result.trial_;
  const bool fits = own.losses.cols() <= kMostOrigins && result.products_.cols() == members &&
                    (own.products.size() == 0 || own.products.cols() == members);
  const bool sane = origin >= 1 && result.points_ >= 0 && result.moments_ >= 0 &&
                    own.overlap >= 0 && own.overlap <= 1 && own.squared_step >= 0 &&
                    std::isfinite(own.squared_step) && result.losses_.allFinite() &&
                    result.products_.allFinite();
  if (!fits || !sane) refuse_state("Ensemble", "evidence");
  return result;
}

}  // namespace forecart
