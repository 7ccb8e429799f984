#pragma once

#include <cstddef>
#include <cstdint>

namespace forecart::lstm {

/// How large a network is and how it is trained.
struct NetworkSize {
  int units;
  int local_units;  ///< of the decoder that reads what is known ahead
  bool linear_skip;
  std::size_t batch;
  double learning_rate;
  double last_share;  ///< updates of the last training on everything, of those before it
};

/// By how many origins there are to learn from.
NetworkSize size_for(std::int64_t origins);

/// Whether a base forecast is all that can be made of so many origins.
bool too_few_to_train(std::int64_t origins);

}  // namespace forecart::lstm
