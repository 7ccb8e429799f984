// Questions about the sales of a large shop: seconds and memory until sums of them are held, and
// how long answers take, beside DuckDB SQL over the same parquet files in the same run.
//
//     sales_sums generate FOLDER [ITEMS [DAYS]]        order files, one a year, of 10 stores
//     sales_sums measure REPOSITORY DATASET [COUNT]    exit 1 where a limit is missed

#include "base/parallel.h"
#include "base/random.h"
#include "base/time_budget.h"
#include "pipeline/sales_cache.h"
#include "table/database.h"
#include "table/parquet_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace forecart {
namespace {

namespace fs = std::filesystem;

// --- generate -----------------------------------------------------------------------------------

/// Sales as the M5 has them: items of 7 departments in 3 categories, 10 stores in 3 states, most
/// items rare, many launched late, weekends stronger. A line is an item in a store on a day; a
/// third of all days have one. Baskets of 2.5 lines. Everything follows from hashes: the same each
/// time.
constexpr const char* kOrders = R"(
COPY (
  WITH items AS (
    SELECT i, CAST(hash(i) % 7 AS INTEGER) AS d, pow(hash(i, 1) % 10000 / 10000, 1.5) AS p,
           greatest(0, CAST(hash(i, 2) % 10000 AS INTEGER) - 5000) * {1} // 12500 AS launched,
           2 + hash(i, 3) % 1500 / 100 AS price
    FROM range({0}) AS t(i)),
  stores AS (
    SELECT s, ['CA', 'CA', 'CA', 'CA', 'TX', 'TX', 'TX', 'WI', 'WI', 'WI'][CAST(s AS INTEGER) + 1] AS state
    FROM range(10) AS t(s)),
  days AS (
    SELECT day, DATE '2011-01-29' + CAST(day AS INTEGER) AS date FROM range({1}) AS t(day)
    WHERE year(DATE '2011-01-29' + CAST(day AS INTEGER)) = {2}),
  lines AS (
    SELECT *, hash(i, s, day) AS h, if(dayofweek(date) IN (0, 6), 1.15, 0.93) AS week
    FROM days, items, stores WHERE day >= launched)
  SELECT format('S{{}}-{{}}-{{}}', s, day, h // 64 % 400) AS order_id, date,
         format('ITEM_{{:04d}}', i) AS item, format('{{}}_{{}}', state, s) AS store,
         format('{{}}_{{}}', ['FOODS', 'HOBBIES', 'HOUSEHOLD'][d % 3 + 1], d // 3 + 1) AS department,
         ['FOODS', 'HOBBIES', 'HOUSEHOLD'][d % 3 + 1] AS category, state,
         1 + CAST(floor(-ln((h // 1000003 % 10000 + 1) / 10001) * 3 * p) AS INTEGER) AS quantity,
         round(price * (1 + 0.03 * floor(day / 365)), 2) AS price
  FROM lines WHERE h % 100000 / 100000 < p * week ORDER BY date, store, order_id
) TO '{3}' (FORMAT parquet))";

int generate(const fs::path& folder, int items, int days) {
  fs::create_directories(folder);
  const int last = 2011 + (28 + days) / 365;
  for (int year = 2011; year <= last; ++year) {
    const fs::path file = folder / fmt::format("orders_{}.parquet", year);
    shared_database().execute(fmt::format(kOrders, items, days, year, file.string()));
    fmt::print("{}\n", file.string());
  }
  return 0;
}

// --- measure ------------------------------------------------------------------------------------

double resident_megabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
  }
  return 0;
}

double peak_megabytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// Seconds of all processors that this process has used: what a busy machine does not change.
double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Milliseconds that one question took, by the clock and of processors.
struct Times {
  std::vector<double> clock;
  std::vector<double> processors;
};

/// The share of sorted times that is not above it.
double percentile(std::vector<double> times, double share) {
  std::sort(times.begin(), times.end());
  const double at = std::ceil(share * static_cast<double>(times.size())) - 1;
  return times[static_cast<std::size_t>(std::max(at, 0.0))];
}

/// Questions as a dashboard asks them.
class Questions {
 public:
  Questions(SalesCache& cache, const std::string& dataset) : schema_(cache.state(dataset)->schema) {
    for (const SalesOverview::Size& size : cache.overview(dataset).dimensions) {
      if (size.values < 2) continue;
      names_.push_back(size.dimension);
      values_.push_back(cache.values(dataset, {size.dimension, "", 100'000, 0}).values);
      if (size.values <= kFewValues) few_.push_back(size.dimension);
    }
  }

  /// The total, or one or two dimensions of few values, by day or coarser.
  SalesQuery rolled_up() {
    SalesQuery query = begin(1);
    for (std::uint64_t i = generator_.below(3); i > 0; --i) add_key(few_, query);
    return query;
  }

  /// Any filters and times, grouped by one or two dimensions of any size.
  SalesQuery crossed() {
    SalesQuery query = begin(1);
    for (std::uint64_t i = 1 + generator_.below(2); i > 0; --i) add_key(names_, query);
    for (std::size_t d = 0; d < names_.size(); ++d) {
      if (generator_.below(3) == 0) query.filters.push_back(filter(d));
    }
    if (generator_.below(2) == 0) {
      const auto day = [&](std::uint64_t from) {
        return Instant(std::chrono::days(14'975 + from + generator_.below(900)));  // from 2011 on
      };
      query.from = day(0);
      query.until = day(901);
    }
    if (generator_.below(2) == 0) {
      query.order = Measure::revenue;
      query.descending = true;
    }
    query.validate(schema_);
    return query;
  }

 private:
  static constexpr std::int64_t kFewValues = 100;

  SalesQuery begin(std::uint64_t finest) {
    SalesQuery query;
    query.grain = static_cast<Grain>(finest + generator_.below(7 - finest));
    return query;
  }

  void add_key(const std::vector<std::string>& names, SalesQuery& query) {
    const std::string& name = names[generator_.below(names.size())];
    if (std::find(query.by.begin(), query.by.end(), name) == query.by.end()) {
      query.by.push_back(name);
    }
  }

  SalesFilter filter(std::size_t d) {
    SalesFilter filter{names_[d], {}};
    const std::size_t most = std::max<std::size_t>(values_[d].size() / 4, 2);
    for (std::uint64_t i = 1 + generator_.below(std::min<std::size_t>(most, 50)); i > 0; --i) {
      const std::string& value = values_[d][generator_.below(values_[d].size())];
      if (std::find(filter.values.begin(), filter.values.end(), value) == filter.values.end()) {
        filter.values.push_back(value);
      }
    }
    return filter;
  }

  SalesSchema schema_;
  Generator generator_{1};
  std::vector<std::string> names_;
  std::vector<std::string> few_;
  std::vector<std::vector<std::string>> values_;
};

const char* plain_measure(Measure measure) {
  if (measure == Measure::lines) return "count(*)";
  if (measure == Measure::orders) return "count(DISTINCT order_id)";
  return measure == Measure::units ? "sum(quantity)" : "sum(revenue)";
}

/// The same question as a data engineer would write it over the parquet files.
std::string plain_sql(const SalesQuery& query, const std::string& source) {
  std::vector<std::string> keys;
  if (query.grain != Grain::total) {
    keys.push_back(fmt::format("date_trunc('{}', time)", to_string(query.grain)));
  }
  for (const std::string& name : query.by) keys.push_back(sql_identifier(name));
  std::vector<std::string> conditions{"true"};
  for (const SalesFilter& filter : query.filters) {
    std::vector<std::string> values;
    for (const std::string& value : filter.values) values.push_back(sql_literal(value));
    conditions.push_back(
        fmt::format("{} IN ({})", sql_identifier(filter.dimension), fmt::join(values, ", ")));
  }
  if (query.from) {
    conditions.push_back(fmt::format("time >= make_timestamp({}) AND time < make_timestamp({})",
                                     query.from->time_since_epoch().count(),
                                     query.until->time_since_epoch().count()));
  }
  std::vector<std::string> selected = keys;
  for (const Measure measure : query.measures) {
    selected.push_back(fmt::format("{} AS {}", plain_measure(measure), to_string(measure)));
  }
  std::string order = query.order ? to_string(*query.order) + " DESC" : "";
  if (!query.order && !keys.empty()) order = fmt::format("{}", fmt::join(keys, ", "));
  return fmt::format("SELECT {} FROM {} WHERE {} GROUP BY ALL {} LIMIT {}",
                     fmt::join(selected, ", "), source, fmt::join(conditions, " AND "),
                     order.empty() ? "" : "ORDER BY " + order, query.limit);
}

double sum_of(const Table& table, std::string_view column) {
  double sum = 0;
  for (const double value : table.numbers(column)) sum += std::isnan(value) ? 0 : value;
  return sum;
}

class Measuring {
 public:
  Measuring(SalesCache& cache, const Repository& repository, const std::string& dataset)
      : cache_(cache),
        dataset_(dataset),
        files_(repository, *cache.state(dataset)),
        source_(parquet_source(files_.paths())) {}

  /// False where the limit is missed.
  bool run(const char* what, const std::vector<SalesQuery>& queries, double limit_ms) {
    const Times ours = ask(queries);
    const double p99 = percentile(ours.clock, 0.99);
    fmt::print(
        "{}: {} questions, p50 {:.1f} ms, p99 {:.1f} ms (limit {:.0f}, {:.2f} of it); of "
        "processors p50 {:.1f} ms, p99 {:.1f} ms; four at once: p99 {:.1f} ms\n",
        what, queries.size(), percentile(ours.clock, 0.5), p99, limit_ms, p99 / limit_ms,
        percentile(ours.processors, 0.5), percentile(ours.processors, 0.99),
        percentile(ask_at_once(queries), 0.99));
    beside_duckdb(queries, ours);
    std::fflush(stdout);
    return p99 < limit_ms;
  }

 private:
  void ask(const SalesQuery& query) {
    const SalesReply reply = cache_.query(dataset_, query);
    if (reply.source == SalesSource::files) fmt::print("  one was answered from files\n");
  }

  template <typename Question>
  static void time(Times& times, const Question& question) {
    const double begin = steady_seconds();
    const double used = processor_seconds();
    question();
    times.clock.push_back(1000 * (steady_seconds() - begin));
    times.processors.push_back(1000 * (processor_seconds() - used));
  }

  Times ask(const std::vector<SalesQuery>& queries) {
    Times times;
    for (const SalesQuery& query : queries) time(times, [&] { ask(query); });
    return times;
  }

  std::vector<double> ask_at_once(const std::vector<SalesQuery>& queries) {
    std::vector<double> times(queries.size());
    parallel_for(queries.size(), 4, [&](std::size_t i) {
      const double begin = steady_seconds();
      ask(queries[i]);
      times[i] = 1000 * (steady_seconds() - begin);
    });
    return times;
  }

  /// A few of the questions, answers compared.
  void beside_duckdb(const std::vector<SalesQuery>& queries, const Times& all) {
    const std::size_t asked = std::min<std::size_t>(30, queries.size());
    Times theirs;
    for (std::size_t i = 0; i < asked; ++i) {
      Table rows;
      time(theirs, [&] { rows = shared_database().query(plain_sql(queries[i], source_)); });
      const SalesAnswer answer = cache_.query(dataset_, queries[i]).answer;
      if (answer.total >= queries[i].limit) continue;  // ties may differ
      compare(rows, answer.rows, queries[i].measures);
    }
    const auto tell = [&](const char* of, const std::vector<double>& their,
                          const std::vector<double>& our) {
      const std::vector<double> same(our.begin(), our.begin() + static_cast<std::ptrdiff_t>(asked));
      fmt::print(
          "  DuckDB over the parquet files, {} of them, {}: p50 {:.1f} ms, p99 {:.1f} ms; ours "
          "p50 {:.1f} ms, p99 {:.1f} ms: {:.0f} and {:.0f} times\n",
          asked, of, percentile(their, 0.5), percentile(their, 0.99), percentile(same, 0.5),
          percentile(same, 0.99), percentile(their, 0.5) / percentile(same, 0.5),
          percentile(their, 0.99) / percentile(same, 0.99));
    };
    tell("clock", theirs.clock, all.clock);
    tell("processors", theirs.processors, all.processors);
  }

  static void compare(const Table& theirs, const Table& ours,
                      const std::vector<Measure>& measures) {
    for (const Measure measure : measures) {
      const std::string column = to_string(measure);
      const double expected = sum_of(theirs, column);
      const bool same = theirs.row_count() == ours.row_count() &&
                        std::abs(sum_of(ours, column) - expected) <= 1e-9 * std::abs(expected);
      if (same) continue;
      fmt::print("{} differs: {} and {}\n", column, sum_of(ours, column), expected);
      std::exit(1);
    }
  }

  SalesCache& cache_;
  std::string dataset_;
  SalesFiles files_;
  std::string source_;
};

int measure(const std::string& location, const std::string& dataset, std::size_t count) {
  const Repository repository = Repository::open(location);
  SalesCache cache(repository);
  const double before = resident_megabytes();
  double begin = steady_seconds();
  cache.query(dataset, {});
  fmt::print("first question, from the files: {:.2f} s\n", steady_seconds() - begin);
  begin = steady_seconds();
  const double used = processor_seconds();
  if (!cache.prepare(dataset)) return 1;
  fmt::print(
      "sums held after {:.1f} s more ({:.1f} of processors), {:.0f} MB; the process: {:.0f} MB "
      "before, {:.0f} MB now, peak {:.0f} MB\n",
      steady_seconds() - begin, processor_seconds() - used,
      static_cast<double>(cache.bytes()) / 1e6, before, resident_megabytes(), peak_megabytes());
  std::fflush(stdout);
  Questions questions(cache, dataset);
  std::vector<SalesQuery> rolled;
  std::vector<SalesQuery> crossed;
  std::vector<SalesQuery> orders;
  for (std::size_t i = 0; i < count; ++i) {
    rolled.push_back(questions.rolled_up());
    crossed.push_back(questions.crossed());
    orders.push_back(crossed.back());
    orders.back().measures = {Measure::orders};
    if (orders.back().order) orders.back().order = Measure::orders;
  }
  Measuring measuring(cache, repository, dataset);
  const bool small = measuring.run("rolled-up aggregates", rolled, 150);
  const bool large = measuring.run("free cross-filters", crossed, 700);
  const bool distinct = measuring.run("distinct orders under free cross-filters", orders, 700);
  return small && large && distinct ? 0 : 1;
}

}  // namespace
}  // namespace forecart

int main(int argc, char** argv) try {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto number = [&](std::size_t i, int otherwise) {
    return words.size() > i ? std::atoi(words[i].c_str()) : otherwise;
  };
  if (words.size() >= 2 && words[0] == "generate") {
    return forecart::generate(words[1], number(2, 3049), number(3, 1941));
  }
  if (words.size() >= 3 && words[0] == "measure") {
    return forecart::measure(words[1], words[2], static_cast<std::size_t>(number(3, 1000)));
  }
  std::fprintf(stderr,
               "usage: sales_sums generate FOLDER [ITEMS [DAYS]]\n"
               "       sales_sums measure REPOSITORY DATASET [COUNT]\n");
  return 2;
} catch (const forecart::Error& error) {
  std::fprintf(stderr, "sales_sums: %s\n", error.what());
  return 1;
}
