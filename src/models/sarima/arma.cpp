#include "models/sarima/arma.h"

#include "math/partial_autocorrelation.h"

#include <algorithm>
#include <cmath>

namespace forecart::sarima {
namespace {

/// Largest partial autocorrelation: closer to 1 the autocovariances lose their digits.
constexpr double kLargestPartial = 1 - 1e-8;

/// Hands out the parts of a list one after the other.
template <class T>
class Cutter {
 public:
  explicit Cutter(const std::vector<T>& all) : at_(all.begin()) {}
  std::vector<T> next(int count) {
    std::vector<T> part(at_, at_ + count);
    at_ += count;
    return part;
  }

 private:
  typename std::vector<T>::const_iterator at_;
};

template <class T>
std::vector<T> partials(std::vector<T> u) {
  using std::tanh;
  for (T& value : u) value = T(kLargestPartial) * tanh(value);
  return u;
}

template <class T>
ArmaPart<T> part_from_parameters(const std::vector<T>& u_ar, const std::vector<T>& u_ma) {
  ArmaPart<T> part;
  part.partial = partials(u_ar);
  part.ar = autoregression_from_partials(part.partial);
  part.ma = autoregression_from_partials(partials(u_ma));
  for (T& value : part.ma) value = T(0) - value;
  return part;
}

std::vector<double> negated(std::vector<double> values) {
  for (double& value : values) value = -value;
  return values;
}

template <class T>
void append(std::vector<T>& all, const std::vector<T>& part) {
  all.insert(all.end(), part.begin(), part.end());
}

bool append_parameters(const std::optional<std::vector<double>>& partial, std::vector<double>& u) {
  if (!partial) return false;
  for (const double r : *partial) {
    u.push_back(std::atanh(std::clamp(r / kLargestPartial, -1 + 1e-12, 1 - 1e-12)));
  }
  return true;
}

}  // namespace

template <class T>
LagPolynomial<T> SeasonalArma<T>::expanded_ar() const {
  LagPolynomial<T> c = multiply(lag_polynomial(seasonal.ar, -1, s), lag_polynomial(regular.ar, -1));
  for (T& value : c) value = T(0) - value;
  return c;
}

template <class T>
LagPolynomial<T> SeasonalArma<T>::expanded_ma() const {
  return multiply(lag_polynomial(seasonal.ma, 1, s), lag_polynomial(regular.ma, 1));
}

template <class T>
std::size_t SeasonalArma<T>::state_size() const {
  return std::max(regular.ar.size() + s * seasonal.ar.size(),
                  regular.ma.size() + s * seasonal.ma.size());
}

template <class T>
SeasonalArma<T> arma_from_parameters(const SarimaOrder& order, const std::vector<T>& u) {
  Cutter<T> cut(u);
  const std::vector<T> ar = cut.next(order.p);
  const std::vector<T> ma = cut.next(order.q);
  const std::vector<T> sar = cut.next(order.P);
  const std::vector<T> sma = cut.next(order.Q);
  return {part_from_parameters(ar, ma), part_from_parameters(sar, sma),
          static_cast<std::size_t>(order.s)};
}

std::optional<SeasonalArma<double>> arma_from_coefficients(
    const SarimaOrder& order, const std::vector<double>& coefficients) {
  Cutter<double> cut(coefficients);
  SeasonalArma<double> arma;
  arma.regular.ar = cut.next(order.p);
  arma.regular.ma = cut.next(order.q);
  arma.seasonal.ar = cut.next(order.P);
  arma.seasonal.ma = cut.next(order.Q);
  arma.s = static_cast<std::size_t>(order.s);
  const auto regular = partials_from_autoregression(arma.regular.ar);
  const auto seasonal = partials_from_autoregression(arma.seasonal.ar);
  if (!regular || !seasonal) return std::nullopt;
  arma.regular.partial = *regular;
  arma.seasonal.partial = *seasonal;
  return arma;
}

template <class T>
std::vector<T> coefficients(const SeasonalArma<T>& arma) {
  std::vector<T> all = arma.regular.ar;
  append(all, arma.regular.ma);
  append(all, arma.seasonal.ar);
  append(all, arma.seasonal.ma);
  return all;
}

std::optional<Eigen::VectorXd> parameters_of(const SeasonalArma<double>& arma) {
  std::vector<double> u;
  const bool possible =
      append_parameters(arma.regular.partial, u) &&
      append_parameters(partials_from_autoregression(negated(arma.regular.ma)), u) &&
      append_parameters(arma.seasonal.partial, u) &&
      append_parameters(partials_from_autoregression(negated(arma.seasonal.ma)), u);
  if (!possible) return std::nullopt;
  return Eigen::Map<Eigen::VectorXd>(u.data(), static_cast<Eigen::Index>(u.size()));
}

Eigen::MatrixXd coefficient_jacobian(const SarimaOrder& order, const Eigen::VectorXd& u) {
  const Eigen::Index k = u.size();
  constexpr auto kWide = static_cast<Eigen::Index>(Dual::kDirections);
  Eigen::MatrixXd j(k, k);
  for (Eigen::Index first = 0; first < k; first += kWide) {
    const Eigen::Index count = std::min(kWide, k - first);
    std::vector<Dual> x(u.begin(), u.end());
    for (Eigen::Index i = 0; i < count; ++i) {
      x[first + i] = Dual::variable(u[first + i], static_cast<std::size_t>(i));
    }
    const std::vector<Dual> c = coefficients(arma_from_parameters(order, x));
    for (Eigen::Index row = 0; row < k; ++row) {
      for (Eigen::Index i = 0; i < count; ++i) j(row, first + i) = c[row].slope[i];
    }
  }
  return j;
}

template struct SeasonalArma<double>;
template struct SeasonalArma<Dual>;
template std::vector<double> coefficients(const SeasonalArma<double>&);
template std::vector<Dual> coefficients(const SeasonalArma<Dual>&);
template SeasonalArma<double> arma_from_parameters(const SarimaOrder&, const std::vector<double>&);
template SeasonalArma<Dual> arma_from_parameters(const SarimaOrder&, const std::vector<Dual>&);

}  // namespace forecart::sarima
