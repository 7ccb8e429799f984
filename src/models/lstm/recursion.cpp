#include "models/lstm/recursion.h"

#include <algorithm>

namespace forecart::lstm {

std::vector<std::vector<double>> recursive_forecasts(const Encoder& encoder,
                                                     std::span<const float> parameters,
                                                     std::span<const RecursionStart> starts,
                                                     std::size_t horizon, Network<float>& network) {
  const Encoding& encoding = encoder.encoding();
  const std::size_t window = encoding.window;
  WindowBlock<float> block(network.layout().shape());
  AlignedVector<float> outputs(block.targets.size());
  std::vector<Level> levels;
  std::vector<std::vector<double>> paths;  // the window, then the forecasts
  for (const RecursionStart& start : starts) {
    levels.push_back(level_at(start.past, encoding));
    const std::span<const double> recent = start.past.last(window);
    paths.emplace_back(recent.begin(), recent.end());
  }
  for (std::size_t step = 0; step < horizon; ++step) {
    for (std::size_t i = 0; i < starts.size(); ++i) {
      encoder.encode(levels[i], std::span(paths[i]).last(window),
                     starts[i].positions.subspan(step, window), i, block);
    }
    network.predict(parameters, block, outputs);
    for (std::size_t i = 0; i < starts.size(); ++i) {
      const double encoded =
          std::clamp(static_cast<double>(outputs[i]), encoding.lowest, encoding.highest);
      paths[i].push_back(levels[i].mean + levels[i].unit * encoded);
    }
  }
  for (auto& path : paths) path.erase(path.begin(), path.begin() + static_cast<long>(window));
  return paths;
}

}  // namespace forecart::lstm
