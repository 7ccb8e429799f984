#include "models/smoothing/ets_form.h"

#include "base/error.h"

#include <fmt/format.h>

namespace forecart::ets {
namespace {

constexpr Part kParts[] = {Part::none, Part::additive, Part::multiplicative};

char letter(Part part) {
  return part == Part::none ? 'N' : part == Part::additive ? 'A' : 'M';
}

/// Every one of the 30.
std::vector<Form> all_forms() {
  std::vector<Form> forms;
  for (const Part season : kParts) {
    for (const Part trend : kParts) {
      for (const bool damped : {false, true}) {
        if (damped && trend == Part::none) continue;
        for (const bool error : {false, true}) forms.push_back({error, trend, damped, season});
      }
    }
  }
  return forms;
}

/// "ETS(M,Ad,N)" as "MAdN".
std::string compact(std::string_view text) {
  if (text.starts_with("ETS")) text.remove_prefix(3);
  std::string result;
  for (const char c : text) {
    if (c != '(' && c != ')' && c != ',') result += c;
  }
  return result;
}

}  // namespace

std::string Form::name() const {
  return fmt::format("ETS({},{}{},{})", multiplicative_error ? 'M' : 'A', letter(trend),
                     damped ? "d" : "", letter(season));
}

Form Form::parse(std::string_view text) {
  const std::string wanted = compact(text);
  for (const Form& form : all_forms()) {
    if (compact(form.name()) == wanted) return form;
  }
  throw Error(ErrorCode::invalid_value,
              fmt::format("'{}' is no form of exponential smoothing; give error (A, M), trend (N, "
                          "A, Ad, M, Md) and season (N, A, M), as in MAdM",
                          text));
}

bool Form::is_unstable() const {
  const bool multiplies = trend == Part::multiplicative || season == Part::multiplicative;
  if (!multiplicative_error) return multiplies;
  return trend == Part::multiplicative && season == Part::additive;
}

bool Form::needs_positive() const {
  return multiplicative_error || trend == Part::multiplicative || season == Part::multiplicative;
}

int Form::smoothing_parameters() const {
  return 1 + (trend != Part::none ? 1 : 0) + (season != Part::none ? 1 : 0) + (damped ? 1 : 0);
}

int Form::parameters(int season_length) const {
  const int states =
      1 + (trend != Part::none ? 1 : 0) + (season != Part::none ? season_length - 1 : 0);
  return smoothing_parameters() + states + 1;
}

std::vector<Form> stable_forms(const Candidates& candidates) {
  std::vector<Form> forms = all_forms();
  std::erase_if(forms, [&](const Form& form) {
    const bool undamped = form.trend != Part::none && !form.damped;
    return form.is_unstable() || (form.season != Part::none && !candidates.season) ||
           (form.needs_positive() && !candidates.positive) ||
           (form.trend == Part::multiplicative && !candidates.multiplicative_trend) ||
           (undamped && !candidates.undamped_trend) ||
           (form.multiplicative_error && !candidates.relative_errors);
  });
  return forms;
}

}  // namespace forecart::ets
