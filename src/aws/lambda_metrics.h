#pragma once

#include "aws/deadline.h"
#include "aws/lambda_event.h"
#include "aws/lambda_work.h"
#include "monitoring/emf.h"

#include <iosfwd>
#include <string>

namespace forecart {

/// Where metrics of calls go.
struct LambdaMetrics {
  std::ostream* out =
      nullptr;  ///< of a function stdout, which CloudWatch Logs reads; null: nowhere
  std::string name_space = "forecart";
};

/// Tells what one call has done and how the data sets stand that it was about, all of them where a
/// schedule asked: a call knows nothing of what others did since, so that each looks into the store
/// itself. Ends at the deadline, as far as it has come. Throws as the store does.
void tell_metrics(const LambdaMetrics& metrics, const std::string& repository,
                  const LambdaEvent& event, const LambdaOutcome& outcome, const Deadline& deadline,
                  const EmfWriter::Properties& call);

}  // namespace forecart
