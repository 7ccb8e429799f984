#pragma once

#include "models/lstm/head.h"

namespace forecart::lstm {

/// Normal or Student-t errors about a location, in normal units: the base plus the first number;
/// the scale is the softplus of the second, the degrees of freedom of t are 2 plus that of the
/// third. Trained on the likelihood.
HeadPtr make_gaussian_head(double scale);
HeadPtr make_student_head(double scale);

}  // namespace forecart::lstm
