"""What the judge says of an answer as a whole; what is wrong with a value say mutants and probes."""

INPUTS_MODIFIED = (
    "Your function writes into {names}. The caller still needs {it}: a layer keeps its input for other "
    "gradients, and what comes from above belongs to the layer above. An operation such as x -= 1 or "
    "x[...] = 0 works in place; x = x - 1 makes a new array, and so does x.copy(). What is "
    "computed after that, here or by the caller, uses the changed numbers.")

FIRST_CALL_ONLY = (
    "The first call is right; the same inputs later give something else. Something survives between the "
    "calls: a global array, or a default argument that is changed. Make new arrays in the function.")

NO_RETURN = (
    "Your function returned None: is the return missing? What it computes, or prints, is lost when it ends; "
    "its last line is to be return {names}.")

NOT_REPEATABLE = (
    "The same inputs, given twice, give two different answers: the function draws random numbers, or "
    "remembers something from call to call.")

UNKNOWN = (
    "It is wrong, and I do not know why: it is no mistake that I know, and no probe has found a pattern. "
    "Compare the numbers, or begin with a case that you can do by hand.")

AS_GIVEN = (
    "Your function still gives exactly what the given one gave. What you have changed makes no difference to the "
    "result; the mistake of {name} is in what you have left as it was, or have written in another way.")

BORROWED = (
    "One remark: your answer calls {names}, which this book has written for you. That it is right says little "
    "about your own derivation; write it out once.")

LOW_PRECISION = (
    "One remark: your numbers are float32, good to about seven digits. For training that is enough; a "
    "gradient check needs float64, or rounding hides what it looks for.")
