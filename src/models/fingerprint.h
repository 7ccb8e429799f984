#pragma once

#include "base/calendar.h"
#include "models/model.h"

#include <string>
#include <string_view>

namespace forecart {

/// A SHA-256 of what a fit is made from: the same things in the same order give the same.
class Fingerprint {
 public:
  Fingerprint& add(std::string_view text);
  Fingerprint& add(const Calendar& calendar);
  Fingerprint& add(const SeriesView& series);
  Fingerprint& add(const Covariates& covariates);
  Fingerprint& add(const Regressors& beside);
  /// What changes a fit: not threads, progress, nor where a training is kept.
  Fingerprint& add(const FitOptions& options);

  /// 64 hexadecimal digits.
  std::string text() const;

 private:
  std::string content_;
};

}  // namespace forecart
