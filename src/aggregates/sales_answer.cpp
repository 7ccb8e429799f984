#include "aggregates/sales_answer.h"

#include "ingest/bucketed_sales.h"

#include <algorithm>

namespace forecart {

std::vector<std::string> answer_columns(const SalesQuery& query) {
  std::vector<std::string> taken{"ds"};
  for (const Measure measure : query.measures) taken.push_back(to_string(measure));
  const auto is_taken = [&](const std::string& name) {
    return std::any_of(taken.begin(), taken.end(),
                       [&](const std::string& other) { return is_same_name(name, other); });
  };
  std::vector<std::string> names;
  if (query.grain != Grain::total) names.emplace_back("ds");
  for (const std::string& name : query.by) {
    names.push_back(is_taken(name) ? "dimension " + name : name);
  }
  names.insert(names.end(), taken.begin() + 1, taken.end());
  return names;
}

SalesAnswer empty_answer(const SalesQuery& query) {
  const std::vector<std::string> names = answer_columns(query);
  const std::size_t texts = names.size() - query.measures.size();
  SalesAnswer answer;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i < texts) {
      answer.rows.add(names[i], std::vector<std::string>{});
    } else if (counts_lines(query.measures[i - texts])) {
      answer.rows.add(names[i], std::vector<std::int64_t>{});
    } else {
      answer.rows.add(names[i], std::vector<double>{});
    }
  }
  return answer;
}

}  // namespace forecart
