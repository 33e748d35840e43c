// The letters on the page that are drawn as a box, as one that no font of this machine has.
[...new Set(document.body.innerText)].filter((() => {
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d", {willReadFrequently: true});
    const draw = (letter) => {
        pen.clearRect(0, 0, canvas.width, canvas.height);
        pen.font = "24px " + getComputedStyle(document.body).fontFamily;
        pen.fillText(letter, 10, 40);
        return pen.getImageData(0, 0, canvas.width, canvas.height).data.join();
    };
    const box = draw("\u{10ffff}");
    return (letter) => draw(letter) === box;
})()).join(" ")
