# gnuplot -e "input='growth.dat'; output_file='growth.svg'" growth.gnuplot
# Each operation's time by the number of rows, divided by that of the fewest; flat is good.
set terminal svg noenhanced size 900,640 font "sans-serif,12"
set output output_file
set title "time of an operation divided by that at 10,000 rows"
set logscale x
set xlabel "rows"
set yrange [0:*]
set grid y
set key below maxcols 2
stats input using 1 nooutput
plot for [i = 0:STATS_blocks - 1] input index i using 1:2 with linespoints title columnheader(1)
