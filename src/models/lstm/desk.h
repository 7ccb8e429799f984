#pragma once

#include "models/lstm/windows.h"
#include "models/net/network.h"

#include <memory>
#include <span>
#include <vector>

namespace forecart::lstm {

/// How a network reads a series. Kept by reference.
struct Reading {
  const WindowPlan& plan;
  const Calendar& calendar;
  const net::NetworkShape& shape;
};

/// What one thread works with: a network, a block of windows and what it says of them.
class Desk {
 public:
  Desk(const Reading& reading, const net::Kernel<float>& kernel);

  std::size_t panel() const { return panel_; }

  /// Puts at most `panel` origins on the desk.
  void fill(std::span<const Origin> origins);
  void predict(const net::PackedParameters<float>& packed);
  void forward(const net::PackedParameters<float>& packed, Generator* dropout);
  /// Adds to `gradient`, given `slopes` of the last forward.
  void backward(std::span<float> gradient);

  const std::vector<StepSite>& sites(std::size_t window) const { return sites_[window]; }
  /// Number i of step k of a window, and its slope.
  float output(std::size_t window, std::size_t k, std::size_t i) const {
    return outputs_[(k * per_step_ + i) * panel_ + window];
  }
  float& slope(std::size_t window, std::size_t k, std::size_t i) {
    return slopes_[(k * per_step_ + i) * panel_ + window];
  }
  void forget_slopes();

 private:
  std::size_t panel_;
  std::size_t per_step_;
  WindowWriter writer_;
  net::Network<float> network_;
  net::WindowBlock<float> block_;
  net::AlignedVector<float> outputs_;         // (horizon, per_step, panel)
  net::AlignedVector<float> slopes_;          // the same
  std::vector<std::vector<StepSite>> sites_;  // (panel, horizon)
};

/// What a network says at some origins.
struct Outputs {
  std::vector<std::vector<StepSite>> sites;  // (origins, horizon)
  std::vector<std::vector<float>> numbers;   // (origins, horizon x per_step)
};
Outputs predict(const Reading& reading, std::span<const float> parameters,
                std::span<const Origin> origins, unsigned threads);

}  // namespace forecart::lstm
