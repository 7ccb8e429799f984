#include "hostile_series.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace forecart {
namespace {

using Values = std::vector<double>;
constexpr double kTwoPi = 6.283185307179586;

/// What a kind is made of.
struct Frame {
  std::size_t n;
  double s;
  Generator& generator;

  double normal() { return generator.normal(); }
  double uniform(double low, double high) { return low + (high - low) * generator.uniform(); }
  double sign() { return generator.uniform() < 0.5 ? -1 : 1; }
  double season(std::size_t t) const { return std::sin(kTwoPi * static_cast<double>(t) / s); }
};

/// n values by a function of t.
Values made(Frame& f, const std::function<double(std::size_t)>& value) {
  Values y;
  for (std::size_t t = 0; t < f.n; ++t) y.push_back(value(t));
  return y;
}

/// Level, season and noise, as real series have them.
Values ordinary(Frame& f) {
  double level = f.uniform(-20, 100);
  const double amplitude = f.uniform(0, 20);
  const double drift = f.uniform(0, 0.5);
  return made(f, [&](std::size_t t) {
    level += drift * f.normal();
    return level + amplitude * f.season(t) + f.normal();
  });
}

Values scaled(Values y, double factor) {
  for (double& value : y) value *= factor;
  return y;
}

Values constant(Frame& f) {
  const double level = f.uniform(-1, 1) * std::pow(10, f.uniform(-9, 9));
  Values y(f.n, f.generator.uniform() < 0.3 ? 0.0 : level);
  return y;
}

Values nearly_constant(Frame& f) {
  const double level = std::pow(10, f.uniform(-3, 9));
  const double noise = level * std::pow(10, f.uniform(-17, -6));
  return made(f, [&](std::size_t) { return level + noise * f.normal(); });
}

Values constant_but_one(Frame& f) {
  Values y(f.n, 5.0);
  y[f.generator.below(f.n)] += std::pow(10, f.uniform(-12, 12));
  return y;
}

Values short_series(Frame& f) {
  f.n = 1 + f.generator.below(20);
  return ordinary(f);
}

Values huge(Frame& f) {
  return scaled(ordinary(f), 1e15);
}

Values tiny(Frame& f) {
  return scaled(ordinary(f), 1e-15);
}

Values mixed_scales(Frame& f) {
  return made(f, [&](std::size_t) { return f.sign() * std::pow(10, f.uniform(-15, 15)); });
}

Values nearly_unit_root(Frame& f) {
  const double phi = f.sign() * (1 - std::pow(10, f.uniform(-8, -2)));
  const double seasonal = 1 - std::pow(10, f.uniform(-8, -2));
  const auto s = static_cast<std::size_t>(f.s);
  Values x;
  Values y;
  for (std::size_t t = 0; t < f.n; ++t) {
    x.push_back((t > 0 ? phi * x[t - 1] : 0.0) + f.normal());
    y.push_back((t >= s ? seasonal * y[t - s] : 0.0) + x[t]);
  }
  return y;
}

Values over_differenced(Frame& f) {
  const double theta = 1 - std::pow(10, f.uniform(-8, -2));
  double before = 0;
  return made(f, [&](std::size_t) {
    const double e = f.normal();
    const double y = e - theta * before;
    before = e;
    return y;
  });
}

Values explosive(Frame& f) {
  const double growth = f.uniform(1.01, 1.2);
  double level = 1;
  return made(f, [&](std::size_t) { return level = growth * level + 0.1 * f.normal(); });
}

Values outliers(Frame& f) {
  Values y = ordinary(f);
  for (std::size_t k = 0; k <= f.n / 40; ++k) y[f.generator.below(f.n)] += f.sign() * 1e6;
  return y;
}

Values intermittent(Frame& f) {
  const double share = f.uniform(0.005, 0.3);
  return made(f, [&](std::size_t) {
    return f.generator.uniform() < share ? static_cast<double>(1 + f.generator.poisson(2)) : 0.0;
  });
}

Values steps(Frame& f) {
  double level = 10;
  const bool noisy = f.generator.uniform() < 0.5;
  return made(f, [&](std::size_t) {
    if (f.generator.uniform() < 0.03) level = f.uniform(-1e3, 1e3);
    return level + (noisy ? 0.01 * f.normal() : 0.0);
  });
}

void lose(Values& y, std::size_t from, std::size_t count) {
  for (std::size_t t = std::max<std::size_t>(from, 1); t + 1 < y.size() && count > 0;
       ++t, --count) {
    y[t] = std::numeric_limits<double>::quiet_NaN();
  }
}

Values many_gaps(Frame& f) {
  Values y = ordinary(f);
  const double share = f.uniform(0, 0.95);
  for (std::size_t t = 0; t < f.n; ++t) {
    if (f.generator.uniform() < share) lose(y, t, 1);
  }
  return y;
}

Values long_gaps(Frame& f) {
  Values y = ordinary(f);
  for (int k = 0; k < 3; ++k) lose(y, f.generator.below(f.n), f.generator.below(f.n));
  return y;
}

Values missing_place_of_the_season(Frame& f) {
  Values y = ordinary(f);
  const auto s = static_cast<std::size_t>(f.s);
  const std::size_t place = f.generator.below(s);
  for (std::size_t t = place; t < f.n; t += s) lose(y, t, 1);
  return y;
}

Values duplicated_seasons(Frame& f) {
  const auto s = static_cast<std::size_t>(f.s);
  Values y = ordinary(f);
  for (std::size_t t = s; t < f.n; ++t) {
    if ((t / s) % 2 == 1) y[t] = y[t - s];
  }
  return y;
}

Values exact_trend(Frame& f) {
  const double slope = f.uniform(-5, 5);
  const double level = f.uniform(-1e4, 1e4);
  const double bend = f.generator.uniform() < 0.3 ? 0.01 : 0.0;
  return made(f, [&](std::size_t t) {
    const auto x = static_cast<double>(t);
    return level + slope * x + bend * x * x;
  });
}

Values exact_period(Frame& f) {
  const double slope = f.generator.uniform() < 0.5 ? 0.5 : 0.0;
  return made(
      f, [&](std::size_t t) { return 50 + 10 * f.season(t) + slope * static_cast<double>(t); });
}

Values two_valued(Frame& f) {
  const double share = f.uniform(0.01, 0.99);
  return made(f, [&](std::size_t) { return f.generator.uniform() < share ? 1.0 : 7.0; });
}

Values alternating(Frame& f) {
  return made(f, [](std::size_t t) { return t % 2 == 0 ? 1.0 : -1.0; });
}

struct Kind {
  const char* name;
  Values (*make)(Frame&);
};

const Kind kKinds[] = {
    {"ordinary", ordinary},
    {"constant", constant},
    {"nearly constant", nearly_constant},
    {"constant but one", constant_but_one},
    {"short", short_series},
    {"huge", huge},
    {"tiny", tiny},
    {"mixed scales", mixed_scales},
    {"nearly unit root", nearly_unit_root},
    {"over-differenced", over_differenced},
    {"explosive", explosive},
    {"outliers", outliers},
    {"intermittent", intermittent},
    {"steps", steps},
    {"many gaps", many_gaps},
    {"long gaps", long_gaps},
    {"a place of the season missing", missing_place_of_the_season},
    {"duplicated seasons", duplicated_seasons},
    {"exact trend", exact_trend},
    {"exact period", exact_period},
    {"two-valued", two_valued},
    {"alternating", alternating},
};

}  // namespace

std::vector<std::string> hostile_kinds() {
  std::vector<std::string> names;
  for (const Kind& kind : kKinds) names.emplace_back(kind.name);
  return names;
}

HostileSeries hostile_series(std::size_t kind, int s, Generator& generator) {
  Frame frame{10 + generator.below(240), static_cast<double>(s > 1 ? s : 7), generator};
  return {kKinds[kind].name, kKinds[kind].make(frame)};
}

}  // namespace forecart
