#include "models/lstm/training_run.h"

#include "base/parallel.h"
#include "models/net/adamw.h"
#include "models/net/initial.h"
#include "models/net/packed.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>

namespace forecart::lstm {

namespace {

using Eigen::Index;

/// Parts that the windows of an update are cut into, whatever the threads: each adds up its own
/// gradient, and the parts are added in order.
constexpr std::size_t kParts = 8;
/// Updates before the learning rate is full, and the share of it that is left in the end.
constexpr int kWarmUp = 50;
constexpr double kLastRate = 0.02;

/// Loss and weight of what was learnt from.
struct LossSum {
  double loss = 0;
  double weight = 0;

  void operator+=(const LossSum& other) {
    loss += other.loss;
    weight += other.weight;
  }
  double mean() const { return loss / std::max(weight, 1e-300); }
};

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

class Trainer {
 public:
  Trainer(const Lesson& lesson, const TrainingOptions& options)
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

  void start(net::AlignedVector<float> parameters) {
    parameters_ = std::move(parameters);
    average_ = parameters_;
  }

  /// One update; the mean loss of its windows.
  double update(const std::vector<SubjectOrigin>& origins, int step) {
    packed_.pack(parameters_);
    over_parts(origins, [&](std::size_t part, std::span<const SubjectOrigin> own) {
      learn(part, own, step);
    });
    LossSum sum;
    for (const LossSum& part : sums_) sum += part;
    net::AlignedVector<float>& total = gradients_.front();
    for (std::size_t part = 1; part < kParts; ++part) {
      for (std::size_t i = 0; i < total.size(); ++i) total[i] += gradients_[part][i];
    }
    if (sum.weight > 0) descend(total, sum.weight, step);
    return sum.mean();
  }

  /// Mean loss of the averaged weights.
  double look(const std::vector<SubjectOrigin>& origins) {
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
    LossSum sum;
    for (const LossSum& part : sums_) sum += part;
    return sum.mean();
  }

  const net::AlignedVector<float>& average() const { return average_; }

 private:
  using Panels = std::vector<std::span<const SubjectOrigin>>;

  Panels panels(std::span<const SubjectOrigin> origins) const {
    Panels result;
    for (std::size_t at = 0; at < origins.size(); at += kernel_.panel) {
      result.push_back(origins.subspan(at, std::min(kernel_.panel, origins.size() - at)));
    }
    return result;
  }

  template <class Body>
  void over_parts(std::span<const SubjectOrigin> origins, const Body& body) {
    const std::size_t panel_count = (origins.size() + kernel_.panel - 1) / kernel_.panel;
    parallel_for(kParts, options_.threads, [&](std::size_t part) {
      const std::size_t from = part * panel_count / kParts * kernel_.panel;
      const std::size_t to =
          std::min((part + 1) * panel_count / kParts * kernel_.panel, origins.size());
      body(part, from < to ? origins.subspan(from, to - from) : std::span<const SubjectOrigin>());
    });
  }

  void fill(Desk& desk, std::span<const SubjectOrigin> origins) const {
    std::vector<Origin> places;
    for (const SubjectOrigin& origin : origins) places.push_back(origin.in(lesson_.subjects));
    desk.fill(places);
  }

  void learn(std::size_t part, std::span<const SubjectOrigin> origins, int step) {
    net::AlignedVector<float>& gradient = gradients_[part];
    std::fill(gradient.begin(), gradient.end(), 0.0F);
    sums_[part] = {};
    Desk& desk = *desks_[part];
    PanelLoss loss(lesson_, desk);
    Generator generator =
        Generator(options_.seed).split(static_cast<std::uint64_t>(step) * kParts + part);
    for (const auto& panel : panels(origins)) {
      fill(desk, panel);
      desk.forward(packed_, &generator);
      sums_[part] += loss.of(panel);
      desk.backward(gradient);
    }
  }

  /// Mean gradient, clipped by its norm, one step of AdamW, and the running mean of the weights.
  void descend(net::AlignedVector<float>& gradient, double weight, int step) {
    double square = 0;
    for (const float g : gradient) square += static_cast<double>(g) * static_cast<double>(g);
    const double norm = std::sqrt(square) / weight;
    const double factor =
        (norm > options_.gradient_clip ? options_.gradient_clip / norm : 1) / weight;
    for (float& g : gradient) g *= static_cast<float>(factor);
    adam_.step(rate(step), gradient, parameters_);
    // A young average follows closely, so that it forgets the starting weights.
    const double decay = std::min(options_.average_decay, (step + 1) / (step + 11.0));
    const auto fresh = static_cast<float>(1 - decay);
    for (std::size_t i = 0; i < average_.size(); ++i) {
      average_[i] += fresh * (parameters_[i] - average_[i]);
    }
  }

  /// A linear warm-up, then half a cosine [Loshchilov2017 eq. 5].
  double rate(int step) const {
    const double share = static_cast<double>(step) / options_.steps;
    const double wave =
        kLastRate + (1 - kLastRate) * 0.5 * (1 + std::cos(std::numbers::pi * share));
    return options_.learning_rate * wave * std::min(1.0, (step + 1.0) / kWarmUp);
  }

  const Lesson& lesson_;
  const TrainingOptions& options_;
  const net::Kernel<float>& kernel_;
  net::ParameterLayout layout_;
  net::PackedParameters<float> packed_;
  std::vector<net::AlignedVector<float>> gradients_;  // (parts)
  std::vector<LossSum> sums_;                         // (parts)
  net::AdamW<float> adam_;
  std::vector<std::unique_ptr<Desk>> desks_;  // (parts)
  net::AlignedVector<float> parameters_;
  net::AlignedVector<float> average_;
};

std::vector<SubjectOrigin> draw_batch(const OriginSampler& sampler, const TrainingOptions& options,
                                      int step) {
  Generator generator =
      Generator(options.seed ^ 0x9e3779b97f4a7c15ULL).split(static_cast<std::uint64_t>(step));
  std::vector<SubjectOrigin> origins;
  for (std::size_t i = 0; i < options.batch; ++i) origins.push_back(sampler.draw(generator));
  return origins;
}

}  // namespace

TrainingResult train(const Lesson& lesson, const OriginSampler& sampler,
                     const std::vector<SubjectOrigin>& held_out,
                     std::optional<net::AlignedVector<float>> start, const TrainingOptions& options,
                     const LookObserver& observer) {
  Trainer trainer(lesson, options);
  Generator generator(options.seed);
  trainer.start(
      start ? std::move(*start)
            : net::initial_parameters(net::ParameterLayout(lesson.reading.shape), generator));
  TrainingResult best;
  double loss = 0;
  int looked = 0;
  for (int step = 0; step < options.steps; ++step) {
    loss += trainer.update(draw_batch(sampler, options, step), step);
    best.steps = step + 1;
    best.finite = std::isfinite(loss);
    if (!best.finite) return best;
    const bool last = step + 1 == options.steps;
    if ((step + 1 - looked) % options.check_every != 0 && !last) continue;
    const double held_out_loss = held_out.empty() ? 0 : trainer.look(held_out);
    best.finite = std::isfinite(held_out_loss);
    if (!best.finite) return best;
    observer(step + 1, held_out_loss);
    if (best.best_step == 0 || held_out.empty() || held_out_loss < best.held_out) {
      best.best_step = step + 1;
      best.loss = loss / (step + 1 - looked);
      best.held_out = held_out_loss;
      best.parameters = trainer.average();
    } else if (step + 1 - best.best_step >= options.patience * options.check_every) {
      break;
    }
    loss = 0;
    looked = step + 1;
  }
  return best;
}

}  // namespace forecart::lstm
