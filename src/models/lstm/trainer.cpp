#include "models/lstm/trainer.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <span>
#include <utility>

namespace forecart::lstm {

namespace {

void shuffle(std::vector<std::size_t>& origins, Generator& generator) {
  for (std::size_t i = origins.size(); i > 1; --i) {
    std::swap(origins[i - 1], origins[generator.below(i)]);
  }
}

/// An epoch of a short series passes over its origins several times.
std::vector<std::size_t> epoch_origins(const std::vector<std::size_t>& origins,
                                       std::size_t epoch_windows) {
  const std::size_t count = std::max<std::size_t>(origins.size(), 1);
  const std::size_t passes = std::max<std::size_t>(1, (epoch_windows + count - 1) / count);
  std::vector<std::size_t> repeated;
  repeated.reserve(passes * origins.size());
  for (std::size_t pass = 0; pass < passes; ++pass) {
    repeated.insert(repeated.end(), origins.begin(), origins.end());
  }
  return repeated;
}

double sum_of(std::span<const float> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// Sum of squared errors and how many there are.
struct LossSum {
  double squares = 0;
  double count = 0;
  double mean() const { return squares / std::max(count, 1.0); }
};

/// One training run: owns what changes from batch to batch.
class Trainer {
 public:
  Trainer(const WindowSource& source, const TrainingOptions& options, Network<float>& network)
      : source_(source),
        options_(options),
        network_(network),
        block_(network.layout().shape()),
        outputs_(network.layout().shape().outputs * kPanel),
        gradient_(network.layout().size()) {}

  void start(Generator& generator, const Kernel<float>& kernel) {
    parameters_ = initial_parameters(network_.layout(), generator);
    average_ = parameters_;
    adam_.emplace_back(parameters_.size(), AdamOptions{}, kernel);
  }

  LossSum epoch(std::span<const std::size_t> origins, std::size_t end, double rate_from,
                double rate_to) {
    LossSum loss;
    const std::size_t batches = (origins.size() + options_.batch - 1) / options_.batch;
    for (std::size_t b = 0; b < batches; ++b) {
      const std::size_t first = b * options_.batch;
      const std::size_t count = std::min(options_.batch, origins.size() - first);
      const double share = static_cast<double>(b) / static_cast<double>(batches);
      const LossSum part =
          batch(origins.subspan(first, count), end, rate_from + share * (rate_to - rate_from));
      loss.squares += part.squares;
      loss.count += part.count;
    }
    return loss;
  }

  LossSum held_out(std::span<const std::size_t> origins, std::size_t end) {
    LossSum loss;
    for (std::size_t first = 0; first < origins.size(); first += kPanel) {
      source_.fill(origins.subspan(first, std::min(kPanel, origins.size() - first)), end,
                   network_.layout().shape(), block_);
      network_.predict(average_, block_, outputs_);
      for (std::size_t i = 0; i < outputs_.size(); ++i) {
        const float error = outputs_[i] - block_.targets[i];
        loss.squares += static_cast<double>(block_.weights[i] * error * error);
      }
      loss.count += sum_of(block_.weights);
    }
    return loss;
  }

  const AlignedVector<float>& average() const { return average_; }

 private:
  LossSum batch(std::span<const std::size_t> origins, std::size_t end, double rate) {
    LossSum loss;
    network_.prepare(parameters_);
    std::fill(gradient_.begin(), gradient_.end(), 0.0F);
    for (std::size_t first = 0; first < origins.size(); first += kPanel) {
      source_.fill(origins.subspan(first, std::min(kPanel, origins.size() - first)), end,
                   network_.layout().shape(), block_);
      loss.squares += 2 * network_.accumulate(parameters_, block_, gradient_);
      loss.count += sum_of(block_.weights);
    }
    update(loss.count, rate);
    return loss;
  }

  /// Mean gradient, clipped by its norm [Pascanu2013 algorithm 1], one Adam step, and the running
  /// mean of the weights [Polyak1992].
  void update(double count, double rate) {
    double norm = 0;
    for (const float g : gradient_) norm += static_cast<double>(g) * static_cast<double>(g);
    norm = std::sqrt(norm) / count;
    const double factor =
        (norm > options_.gradient_clip ? options_.gradient_clip / norm : 1) / count;
    for (float& g : gradient_) g *= static_cast<float>(factor);
    adam_.front().step(rate, gradient_, parameters_);
    ++steps_;
    // A young average follows closely, so that it forgets the starting weights.
    const double decay = std::min(options_.average_decay, steps_ / (steps_ + 10.0));
    const auto fresh = static_cast<float>(1 - decay);
    for (std::size_t i = 0; i < average_.size(); ++i) {
      average_[i] += fresh * (parameters_[i] - average_[i]);
    }
  }

  const WindowSource& source_;
  const TrainingOptions& options_;
  Network<float>& network_;
  WindowBlock<float> block_;
  AlignedVector<float> outputs_;
  AlignedVector<float> gradient_;
  AlignedVector<float> parameters_;
  AlignedVector<float> average_;
  std::vector<Adam<float>> adam_;
  double steps_ = 0;
};

/// Half a cosine from the full rate down to a hundredth [Loshchilov2017 eq. 5].
double learning_rate(const TrainingOptions& options, int epoch) {
  const double share = static_cast<double>(epoch) / options.max_epochs;
  const double wave = 0.5 * (1 + std::cos(std::numbers::pi * share));
  return options.learning_rate * (0.01 + 0.99 * wave);
}

}  // namespace

Training train(const WindowSource& source, std::size_t split, std::size_t end,
               const TrainingOptions& options, Network<float>& network, Generator& generator,
               const EpochObserver& observer) {
  std::vector<std::size_t> origins =
      epoch_origins(source.origins(network.layout().shape().steps, split), options.epoch_windows);
  const std::vector<std::size_t> held_out = source.origins(split, end);
  Trainer trainer(source, options, network);
  trainer.start(generator, network.kernel());
  Training best;
  for (int epoch = 1; epoch <= options.max_epochs; ++epoch) {
    shuffle(origins, generator);
    const LossSum loss = trainer.epoch(origins, split, learning_rate(options, epoch - 1),
                                       learning_rate(options, epoch));
    const double held_out_loss = trainer.held_out(held_out, end).mean();
    best.epochs = epoch;
    best.finite = std::isfinite(loss.squares) && std::isfinite(held_out_loss);
    if (!best.finite) return best;
    observer(epoch, held_out_loss);
    if (best.best_epoch == 0 || held_out_loss < best.held_out_loss) {
      best.best_epoch = epoch;
      best.training_loss = loss.mean();
      best.held_out_loss = held_out_loss;
      best.parameters = trainer.average();
    } else if (epoch - best.best_epoch >= options.patience) {
      best.stopped_early = true;
      return best;
    }
  }
  return best;
}

}  // namespace forecart::lstm
