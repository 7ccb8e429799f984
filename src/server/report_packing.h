#pragma once

#include "server/report_answers.h"

#include <nlohmann/json.hpp>

namespace forecart {

/// Answers in less room, as web/src/report/answers.ts reads them. Numbers keep 10 digits, those of
/// histories and forecasts 7. Lists of texts that are equal, or parts of others, stand once, in
/// `lists`: `{"$list": 3}`, with `from` and `to` where it is a part. Rows with the same columns
/// become `{"$rows": {"<column>": [..], ..}}`.
class ReportPacking {
 public:
  using Json = nlohmann::ordered_json;

  /// `[{"question": {..}, "answer": ..}, ..]`
  Json answers(const std::vector<ReportAnswers::Kept>& kept);
  const Json& lists() const { return lists_; }

 private:
  Json packed(const Json& value, int digits);
  Json packed_list(const Json& list, int digits);
  Json packed_texts(const Json& texts);
  Json packed_rows(const Json& rows, int digits);

  Json lists_ = Json::array();
};

}  // namespace forecart
