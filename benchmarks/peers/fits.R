# A SARIMA of fixed orders by stats::arima with its defaults (CSS, then exact likelihood).
#
#   Rscript fits.R TABLE COLUMN N p d q P D Q s      a JSON object on stdout
#
# Fits the first N values of the column. Seconds are CPU seconds of one thread, the best of three
# where one takes less than a second. Where arima stops there is "error" instead.
arguments <- commandArgs(trailingOnly = TRUE)
orders <- as.integer(arguments[4:10])
y <- read.csv(arguments[1])[[arguments[2]]][seq_len(as.integer(arguments[3]))]

cpu <- function() sum(proc.time()[1:2])

# list(fit, seconds) of the quickest of up to three fits.
timed_fit <- function() {
  best <- Inf
  for (i in 1:3) {
    start <- cpu()
    fit <- suppressWarnings(arima(y, order = orders[1:3],
                                  seasonal = list(order = orders[4:6], period = orders[7])))
    spent <- cpu() - start
    best <- min(best, spent)
    if (spent > 1) break
  }
  list(fit = fit, seconds = best)
}

result <- tryCatch({
  timed <- timed_fit()
  sprintf('"seconds": %.6f, "loglik": %.10g', timed$seconds, timed$fit$loglik)
}, error = function(e) {
  sprintf('"error": "%s"', gsub('["\\\\[:cntrl:]]', " ", conditionMessage(e)))
})
cat(sprintf('{"peer": "R %s arima", %s}\n', getRversion(), result))
