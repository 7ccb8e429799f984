#include "models/lstm/trainer.h"

#include "base/parallel.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace forecart::lstm {

namespace {

using Eigen::Index;

constexpr std::size_t kParts = 8;

/// Losses of the outputs on a desk, and their slopes.
class PanelLoss {
 public:
  PanelLoss(const Lesson& lesson, Desk& desk)
      : lesson_(lesson),
        desk_(desk),
        numbers_(lesson.head.per_step()),
        slopes_(lesson.head.per_step()) {}

  LossSum of(std::span<const SubjectOrigin> origins) {
    desk_.forget_slopes();
    LossSum sum;
    for (std::size_t w = 0; w < origins.size(); ++w) sum += window(origins[w], w);
    return sum;
  }

 private:
  LossSum window(const SubjectOrigin& origin, std::size_t w) {
    const Subject& subject = lesson_.subjects[origin.subject];
    const std::vector<StepSite>& sites = desk_.sites(w);
    LossSum sum;
    if (!sites.front().frame.usable()) return sum;
    const double weight = lesson_.weights.at(subject, sites.front().frame);
    for (std::size_t k = 0; k < sites.size(); ++k) {
      const Index at = origin.end + static_cast<Index>(k);
      if (at >= subject.track.size() || std::isnan(subject.track.value(at))) continue;
      for (std::size_t i = 0; i < numbers_.size(); ++i) numbers_[i] = desk_.output(w, k, i);
      sum.loss += lesson_.head.loss(sites[k], {subject.track.value(at), weight}, numbers_, slopes_);
      sum.weight += 1;
      for (std::size_t i = 0; i < slopes_.size(); ++i) desk_.slope(w, k, i) = slopes_[i];
    }
    return sum;
  }

  const Lesson& lesson_;
  Desk& desk_;
  std::vector<float> numbers_;
  std::vector<float> slopes_;
};

}  // namespace

void LossSum::operator+=(const LossSum& other) {
  loss += other.loss;
  weight += other.weight;
}

double LossSum::mean() const {
  return loss / std::max(weight, 1e-300);
}

Trainer::Trainer(const Lesson& lesson, const TrainerOptions& options)
    : lesson_(lesson),
      options_(options),
      kernel_(net::best_kernel()),
      layout_(lesson.reading.shape),
      packed_(layout_, kernel_),
      gradients_(kParts, net::AlignedVector<float>(layout_.size())),
      sums_(kParts),
      adam_(layout_, {.weight_decay = options.weight_decay}, kernel_) {
  for (std::size_t i = 0; i < kParts; ++i) {
    desks_.push_back(std::make_unique<Desk>(lesson.reading, kernel_));
  }
}

void Trainer::start(net::AlignedVector<float> parameters) {
  parameters_ = std::move(parameters);
  average_ = parameters_;
}

Trainer::Weights Trainer::weights() const {
  const auto moments = adam_.moments();
  return {parameters_, average_, {moments.begin(), moments.end()}, updates_, adam_.steps()};
}

void Trainer::restore(Weights weights) {
  adam_.restore(weights.moments, weights.adam_steps);
  updates_ = weights.updates;
  parameters_ = std::move(weights.parameters);
  average_ = std::move(weights.average);
}

double Trainer::update(const std::vector<SubjectOrigin>& origins, double learning_rate) {
  packed_.pack(parameters_);
  over_parts(origins,
             [&](std::size_t part, std::span<const SubjectOrigin> own) { learn(part, own); });
  const LossSum sum = summed();
  net::AlignedVector<float>& total = gradients_.front();
  for (std::size_t part = 1; part < kParts; ++part) {
    for (std::size_t i = 0; i < total.size(); ++i) total[i] += gradients_[part][i];
  }
  if (sum.weight > 0) descend(total, sum.weight, learning_rate);
  ++updates_;
  return sum.mean();
}

double Trainer::look(const std::vector<SubjectOrigin>& origins) {
  packed_.pack(average_);
  over_parts(origins, [&](std::size_t part, std::span<const SubjectOrigin> own) {
    sums_[part] = {};
    Desk& desk = *desks_[part];
    PanelLoss loss(lesson_, desk);
    for (const auto& panel : panels(own)) {
      fill(desk, panel);
      desk.predict(packed_);
      sums_[part] += loss.of(panel);
    }
  });
  return summed().mean();
}

Trainer::Panels Trainer::panels(std::span<const SubjectOrigin> origins) const {
  Panels result;
  for (std::size_t at = 0; at < origins.size(); at += kernel_.panel) {
    result.push_back(origins.subspan(at, std::min(kernel_.panel, origins.size() - at)));
  }
  return result;
}

template <class Body>
void Trainer::over_parts(std::span<const SubjectOrigin> origins, const Body& body) {
  const std::size_t panel_count = (origins.size() + kernel_.panel - 1) / kernel_.panel;
  parallel_for(kParts, options_.threads, [&](std::size_t part) {
    const std::size_t from = part * panel_count / kParts * kernel_.panel;
    const std::size_t to =
        std::min((part + 1) * panel_count / kParts * kernel_.panel, origins.size());
    body(part, from < to ? origins.subspan(from, to - from) : std::span<const SubjectOrigin>());
  });
}

void Trainer::fill(Desk& desk, std::span<const SubjectOrigin> origins) const {
  std::vector<Origin> places;
  for (const SubjectOrigin& origin : origins) places.push_back(origin.in(lesson_.subjects));
  desk.fill(places);
}

void Trainer::learn(std::size_t part, std::span<const SubjectOrigin> origins) {
  net::AlignedVector<float>& gradient = gradients_[part];
  std::fill(gradient.begin(), gradient.end(), 0.0F);
  sums_[part] = {};
  Desk& desk = *desks_[part];
  PanelLoss loss(lesson_, desk);
  Generator generator =
      Generator(options_.seed).split(static_cast<std::uint64_t>(updates_) * kParts + part);
  for (const auto& panel : panels(origins)) {
    fill(desk, panel);
    desk.forward(packed_, &generator);
    sums_[part] += loss.of(panel);
    desk.backward(gradient);
  }
}

LossSum Trainer::summed() const {
  LossSum sum;
  for (const LossSum& part : sums_) sum += part;
  return sum;
}

/// Mean gradient, clipped by its norm, one step of AdamW, and the running mean of the weights.
void Trainer::descend(net::AlignedVector<float>& gradient, double weight, double learning_rate) {
  double square = 0;
  for (const float g : gradient) square += static_cast<double>(g) * static_cast<double>(g);
  const double norm = std::sqrt(square) / weight;
  const double factor =
      (norm > options_.gradient_clip ? options_.gradient_clip / norm : 1) / weight;
  for (float& g : gradient) g *= static_cast<float>(factor);
  adam_.step(learning_rate, gradient, parameters_);
  // A young average follows closely, so that it forgets the starting weights.
  const double decay = std::min(options_.average_decay, (updates_ + 1) / (updates_ + 11.0));
  const auto fresh = static_cast<float>(1 - decay);
  for (std::size_t i = 0; i < average_.size(); ++i) {
    average_[i] += fresh * (parameters_[i] - average_[i]);
  }
}

}  // namespace forecart::lstm
