#include "http/lanes.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <memory>
#include <numeric>
#include <thread>
#include <utility>

namespace forecart {

namespace asio = boost::asio;

namespace {

std::size_t all_threads(const LaneLimits& limits) {
  return std::accumulate(limits.lanes.begin(), limits.lanes.end(), std::size_t{0},
                         [](std::size_t sum, const LaneLimit& lane) { return sum + lane.threads; });
}

}  // namespace

std::array<LaneLimit, kLanes> LaneLimits::defaults() {
  const unsigned processors = std::max(std::thread::hardware_concurrency(), 2U);
  return {{{4, 20'000}, {2, 16}, {processors, 64}, {4, 20'000}, {2, 64}, {8, 64}}};
}

Lanes::Lanes(asio::io_context& io, const LaneLimits& limits, MetricSet& metrics)
    : io_(io), limits_(limits), metrics_(metrics), threads_(all_threads(limits)) {}

void Lanes::add(Lane lane, Job job) {
  const auto index = static_cast<std::size_t>(lane);
  State& state = states_[index];
  const LaneLimit& limit = limits_.lanes[index];
  if (state.running < limit.threads) return begin(index, std::move(job));
  if (state.waiting.size() >= limit.most_waiting) return job.refuse();
  state.waiting.push_back({std::move(job), Clock::now()});
  tell(index);
}

void Lanes::join() {
  threads_.join();
  for (State& state : states_) state.waiting.clear();
}

void Lanes::begin(std::size_t lane, Job job) {
  ++states_[lane].running;
  asio::post(threads_, [this, lane, job = std::make_shared<Job>(std::move(job))]() mutable {
    job->work();
    // and away from here: what it holds ends where it is used
    asio::post(io_, [this, lane, job = std::move(job)] {
      --states_[lane].running;
      begin_next(lane);
      job->then();
    });
  });
}

void Lanes::tell(std::size_t lane) {
  static constexpr std::array<const char*, kLanes> kNames{"quick",  "password", "heavy",
                                                          "intake", "outside",  "reports"};
  metrics_.set(Metric::http_waiting, static_cast<double>(states_[lane].waiting.size()),
               {kNames[lane]});
}

void Lanes::begin_next(std::size_t lane) {
  State& state = states_[lane];
  while (!state.waiting.empty() && state.running < limits_.lanes[lane].threads) {
    Waiting next = std::move(state.waiting.front());
    state.waiting.pop_front();
    tell(lane);
    if (!next.job.is_wanted()) continue;
    if (Clock::now() - next.since > limits_.longest_wait) {
      next.job.refuse();
    } else {
      begin(lane, std::move(next.job));
    }
  }
}

}  // namespace forecart
