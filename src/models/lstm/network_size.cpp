#include "models/lstm/network_size.h"

namespace forecart::lstm {

namespace {

constexpr std::int64_t kFewOrigins = 200;
constexpr std::int64_t kManyOrigins = 50'000;
constexpr NetworkSize kSmall{32, 8, false, 64, 5e-3, 0};
constexpr NetworkSize kLarge{128, 32, true, 256, 2e-3, 0.25};

}  // namespace

NetworkSize size_for(std::int64_t origins) {
  return origins < kManyOrigins ? kSmall : kLarge;
}

bool too_few_to_train(std::int64_t origins) {
  return origins < kFewOrigins;
}

}  // namespace forecart::lstm
