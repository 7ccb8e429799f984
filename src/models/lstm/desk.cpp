#include "models/lstm/desk.h"

#include "base/parallel.h"
#include "models/net/packed.h"

#include <algorithm>

namespace forecart::lstm {

Desk::Desk(const Reading& reading, const net::Kernel<float>& kernel)
    : panel_(kernel.panel),
      per_step_(reading.shape.per_step),
      writer_(reading.plan, reading.calendar),
      network_(reading.shape, kernel),
      block_(reading.shape, kernel.panel),
      outputs_(reading.shape.outputs() * kernel.panel),
      slopes_(outputs_.size()),
      sites_(kernel.panel, std::vector<StepSite>(reading.shape.horizon)) {}

void Desk::fill(std::span<const Origin> origins) {
  for (std::size_t w = 0; w < origins.size(); ++w) {
    writer_.write(origins[w], {block_, panel_, w}, sites_[w]);
  }
}

void Desk::predict(const net::PackedParameters<float>& packed) {
  network_.share(packed);
  network_.predict(block_, outputs_);
}

void Desk::forward(const net::PackedParameters<float>& packed, Generator* dropout) {
  network_.share(packed);
  network_.forward(block_, dropout, outputs_);
}

void Desk::backward(std::span<float> gradient) {
  network_.backward(block_, slopes_, gradient);
}

void Desk::forget_slopes() {
  std::fill(slopes_.begin(), slopes_.end(), 0.0F);
}

Outputs predict(const Reading& reading, std::span<const float> parameters,
                std::span<const Origin> origins, unsigned threads) {
  const net::Kernel<float>& kernel = net::best_kernel();
  net::PackedParameters<float> packed(net::ParameterLayout(reading.shape), kernel);
  packed.pack(parameters);
  Outputs result;
  result.sites.resize(origins.size());
  result.numbers.resize(origins.size());
  const std::size_t panels = (origins.size() + kernel.panel - 1) / kernel.panel;
  parallel_for(panels, threads, [&](std::size_t p) {
    Desk desk(reading, kernel);
    const std::size_t from = p * kernel.panel;
    const std::size_t count = std::min(kernel.panel, origins.size() - from);
    desk.fill(origins.subspan(from, count));
    desk.predict(packed);
    for (std::size_t w = 0; w < count; ++w) {
      result.sites[from + w] = desk.sites(w);
      for (std::size_t k = 0; k < reading.shape.horizon; ++k) {
        for (std::size_t i = 0; i < reading.shape.per_step; ++i) {
          result.numbers[from + w].push_back(desk.output(w, k, i));
        }
      }
    }
  });
  return result;
}

}  // namespace forecart::lstm
