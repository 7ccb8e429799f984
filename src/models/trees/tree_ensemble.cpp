#include "models/trees/tree_ensemble.h"

#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <locale>
#include <sstream>
#include <string>
#include <utility>

namespace forecart::trees {

namespace {

using nlohmann::json;

constexpr std::string_view kModel = "GradientBoostedTrees";

[[noreturn]] void refuse(std::string_view part) {
  refuse_state(kModel, part);
}

/// Link of XGBoost's base_score, which is given on the scale of the prediction.
float base_margin(float score, Link link) {
  return link == Link::log ? std::log(score) : score;
}

}  // namespace

namespace {

/// "2.07E0", as a list of one from XGBoost 3.1 on: "[2.07E0]". Throws Error for anything else.
float base_score_of(std::string text) {
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    text = text.substr(1, text.size() - 2);
  }
  std::istringstream stream(text);
  stream.imbue(std::locale::classic());
  float score = 0;
  if (!(stream >> score) || !(stream >> std::ws).eof()) refuse("base_score");
  return score;
}

}  // namespace

TreeEnsemble TreeEnsemble::from_xgboost(const json& model, Link link) {
  TreeEnsemble result;
  const json& learner = model.at("learner");
  const json& parameters = learner.at("learner_model_param");
  result.link_ = link;
  result.features_ = std::stoul(parameters.at("num_feature").get<std::string>());
  result.base_ = base_margin(base_score_of(parameters.at("base_score").get<std::string>()), link);
  if (result.features_ >= std::numeric_limits<std::uint16_t>::max()) refuse("num_feature");
  const json& booster = learner.at("gradient_booster");
  if (booster.at("name").get<std::string>() != "gbtree") refuse("gradient_booster");
  for (const json& tree : booster.at("model").at("trees")) result.add_tree(tree);
  result.check();
  result.find_means();
  return result;
}

/// Lays the nodes out so that siblings are neighbours: breadth first from the root.
void TreeEnsemble::add_tree(const json& tree) {
  const auto left = tree.at("left_children").get<std::vector<int>>();
  const auto right = tree.at("right_children").get<std::vector<int>>();
  const auto feature = tree.at("split_indices").get<std::vector<int>>();
  const auto value = tree.at("split_conditions").get<std::vector<float>>();
  const auto gain = tree.at("loss_changes").get<std::vector<float>>();
  const auto cover = tree.at("sum_hessian").get<std::vector<float>>();
  const json& default_left = tree.at("default_left");
  const auto root = static_cast<std::int32_t>(nodes_.size());
  std::vector<std::size_t> order{0};
  for (std::size_t at = 0; at < order.size(); ++at) {
    const std::size_t i = order[at];
    Node node;
    node.value = value.at(i);
    const bool is_split = left.at(i) >= 0;
    if (is_split) {
      node.left = root + static_cast<std::int32_t>(order.size());
      node.feature = static_cast<std::uint16_t>(feature.at(i));
      const json& to_left = default_left.at(i);
      node.default_left = to_left.is_boolean() ? to_left.get<bool>() : to_left.get<int>() != 0;
      order.push_back(static_cast<std::size_t>(left.at(i)));
      order.push_back(static_cast<std::size_t>(right.at(i)));
    }
    nodes_.push_back(node);
    gains_.push_back(is_split ? gain.at(i) : 0);
    covers_.push_back(cover.at(i));
  }
  roots_.push_back(root);
}

std::int32_t TreeEnsemble::next(const Node& node, const float* row) const {
  const float x = row[node.feature];
  const bool goes_left = std::isnan(x) ? node.default_left : x < node.value;
  return node.left + (goes_left ? 0 : 1);
}

const TreeEnsemble::Node& TreeEnsemble::walk(std::int32_t root, const float* row) const {
  const Node* node = &nodes_[static_cast<std::size_t>(root)];
  while (node->left != 0) node = &nodes_[static_cast<std::size_t>(next(*node, row))];
  return *node;
}

float TreeEnsemble::margin(const float* row) const {
  float sum = base_;
  for (const std::int32_t root : roots_) sum += walk(root, row).value;
  return sum;
}

float TreeEnsemble::respond(float margin) const {
  return link_ == Link::log ? std::exp(margin) : margin;
}

void TreeEnsemble::staged_margins(const float* row, std::span<float> out) const {
  float sum = base_;
  for (std::size_t i = 0; i < roots_.size(); ++i) {
    sum += walk(roots_[i], row).value;
    out[i] = sum;
  }
}

Eigen::VectorXd TreeEnsemble::contributions(const float* row) const {
  Eigen::VectorXd result = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(features_) + 1);
  double& start = result[static_cast<Eigen::Index>(features_)];
  start = base_;
  for (const std::int32_t root : roots_) {
    auto at = static_cast<std::size_t>(root);
    start += means_[at];
    while (nodes_[at].left != 0) {
      const auto child = static_cast<std::size_t>(next(nodes_[at], row));
      result[nodes_[at].feature] += means_[child] - means_[at];
      at = child;
    }
  }
  return result;
}

Eigen::VectorXd TreeEnsemble::gain() const {
  Eigen::VectorXd result = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(features_));
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].left != 0) result[nodes_[i].feature] += gains_[i];
  }
  const double sum = result.sum();
  if (sum > 0) result /= sum;
  return result;
}

void TreeEnsemble::shorten(std::size_t count) {
  if (count >= roots_.size()) return;
  const auto nodes = static_cast<std::size_t>(roots_[count]);
  roots_.resize(count);
  nodes_.resize(nodes);
  gains_.resize(nodes);
  covers_.resize(nodes);
  means_.resize(nodes);
}

/// Children come after their parents, so one pass from the end meets every child before its parent.
void TreeEnsemble::find_means() {
  means_.assign(nodes_.size(), 0);
  for (std::size_t i = nodes_.size(); i-- > 0;) {
    if (nodes_[i].left == 0) {
      means_[i] = nodes_[i].value;
      continue;
    }
    const auto left = static_cast<std::size_t>(nodes_[i].left);
    const double weights[] = {covers_[left], covers_[left + 1]};
    const double sum = weights[0] + weights[1];
    const double share = sum > 0 ? weights[0] / sum : 0.5;
    means_[i] = share * means_[left] + (1 - share) * means_[left + 1];
  }
}

/// Every walk ends: each tree's nodes lie together and children come after their parents.
void TreeEnsemble::check() const {
  if (!std::isfinite(base_)) refuse("base");
  if (gains_.size() != nodes_.size() || covers_.size() != nodes_.size()) refuse("nodes");
  for (std::size_t tree = 0; tree < roots_.size(); ++tree) {
    const std::size_t end =
        tree + 1 < roots_.size() ? static_cast<std::size_t>(roots_[tree + 1]) : nodes_.size();
    if (roots_[tree] < 0 || static_cast<std::size_t>(roots_[tree]) >= end) refuse("roots");
    if (end > nodes_.size()) refuse("roots");
    for (auto i = static_cast<std::size_t>(roots_[tree]); i < end; ++i) {
      const Node& node = nodes_[i];
      if (!std::isfinite(node.value) || !(covers_[i] >= 0)) refuse("values");
      if (node.left == 0) continue;
      const auto left = static_cast<std::size_t>(node.left);
      if (node.left < 0 || left <= i || left + 1 >= end) refuse("children");
      if (node.feature >= features_) refuse("features");
    }
  }
}

json TreeEnsemble::save() const {
  json left = json::array();
  json value = json::array();
  json feature = json::array();
  json default_left = json::array();
  for (const Node& node : nodes_) {
    left.push_back(node.left);
    value.push_back(node.value);
    feature.push_back(node.feature);
    default_left.push_back(node.default_left ? 1 : 0);
  }
  return {{"link", link_ == Link::log ? "log" : "identity"},
          {"base", base_},
          {"features", features_},
          {"roots", roots_},
          {"left", std::move(left)},
          {"value", std::move(value)},
          {"feature", std::move(feature)},
          {"default_left", std::move(default_left)},
          {"gain", gains_},
          {"cover", covers_}};
}

TreeEnsemble TreeEnsemble::load(const json& state) {
  TreeEnsemble result;
  const auto link = state.at("link").get<std::string>();
  if (link != "log" && link != "identity") refuse("link");
  result.link_ = link == "log" ? Link::log : Link::identity;
  result.base_ = state.at("base").get<float>();
  result.features_ = static_cast<std::size_t>(
      whole_number(state, "features", 1, std::numeric_limits<std::uint16_t>::max() - 1));
  result.roots_ = state.at("roots").get<std::vector<std::int32_t>>();
  const auto left = state.at("left").get<std::vector<std::int32_t>>();
  const auto value = state.at("value").get<std::vector<float>>();
  const auto feature = state.at("feature").get<std::vector<std::uint16_t>>();
  const auto default_left = state.at("default_left").get<std::vector<int>>();
  if (value.size() != left.size() || feature.size() != left.size() ||
      default_left.size() != left.size()) {
    refuse("nodes");
  }
  for (std::size_t i = 0; i < left.size(); ++i) {
    result.nodes_.push_back({left[i], value[i], feature[i], default_left[i] != 0});
  }
  result.gains_ = state.at("gain").get<std::vector<float>>();
  result.covers_ = state.at("cover").get<std::vector<float>>();
  result.check();
  result.find_means();
  return result;
}

}  // namespace forecart::trees
